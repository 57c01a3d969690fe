import { useWindowVirtualizer, type Range, type VirtualItem } from "@tanstack/react-virtual";
import { useCallback, useEffect, useEffectEvent, useState } from "react";

/** So few are all drawn, so that the browser's own search finds them. */
const DRAWN_WHOLE = 80;
/** Rows come and go by so many at once: in the frames between, the browser scrolls what it has drawn already. */
const STEP = 8;

export type RowWindow = Readonly<{
  /** To be given to the element that holds the list. */
  setFrame: (element: HTMLElement | null) => void;
  items: readonly VirtualItem[];
  /** The height of what isn't drawn above and below. */
  above: number;
  below: number;
  measure: (element: Element | null) => void;
}>;

/** Which rows of a list are in view, while the page scrolls. */
export function useRowWindow(
  count: number,
  estimate: number,
  keyOf: (index: number) => string,
  onEnd: (() => void) | undefined,
): RowWindow {
  const [frame, setFrame] = useState<HTMLElement | null>(null);
  const scrollMargin = useDistanceFromTop(frame);
  const estimateSize = useCallback(() => estimate, [estimate]);
  const virtualizer = useWindowVirtualizer({
    count,
    estimateSize,
    getItemKey: keyOf,
    rangeExtractor: rowsToDraw,
    scrollMargin,
  });
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1);

  const reachEnd = useEffectEvent(() => onEnd?.());
  const atEnd = last !== undefined && last.index >= count - 1;
  useEffect(() => {
    if (atEnd) reachEnd();
  }, [atEnd, count]);

  return {
    setFrame,
    items,
    above: Math.max(0, (items[0]?.start ?? scrollMargin) - scrollMargin),
    below: last === undefined ? 0 : Math.max(0, virtualizer.getTotalSize() + scrollMargin - last.end),
    measure: virtualizer.measureElement,
  };
}

/** All rows of a short list; of a long one those in view, with at least a step of them above and below. */
function rowsToDraw({ startIndex, endIndex, count }: Range): number[] {
  const isShort = count <= DRAWN_WHOLE;
  const first = isShort ? 0 : Math.max(0, (Math.floor(startIndex / STEP) - 1) * STEP);
  const end = isShort ? count : Math.min(count, (Math.floor(endIndex / STEP) + 2) * STEP);
  return Array.from({ length: end - first }, (_, index) => first + index);
}

/** How far an element is from the page's top. What stands above may change its height at any time. */
function useDistanceFromTop(element: HTMLElement | null): number {
  const [distance, setDistance] = useState(0);
  useEffect(() => {
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      setDistance(Math.round(element.getBoundingClientRect().top + window.scrollY));
    });
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [element]);
  return distance;
}
