import { Tooltip } from "@mantine/core";
import { useEffect, useState } from "react";

const DELAY_MS = 150;
const TEXT_ID = "kv-hint";

/**
 * Shows what stands in `data-hint` of whatever the pointer or the keyboard's focus is on. One for the whole page: a list
 * has hundreds of hints, and a tooltip for each would be paid for with every row that scrolls into view.
 */
export function Hints() {
  const [shown, setShown] = useState<HTMLElement | null>(null);
  useEffect(() => watchHints(setShown), []);
  useEffect(() => {
    shown?.setAttribute("aria-describedby", TEXT_ID);
    return () => shown?.removeAttribute("aria-describedby");
  }, [shown]);
  return shown === null ? null : (
    <Tooltip opened target={shown} label={<span id={TEXT_ID}>{shown.dataset["hint"]}</span>} />
  );
}

/** Tells which element's hint is to be shown, or none. @returns what ends it */
function watchHints(show: (element: HTMLElement | null) => void): () => void {
  const ending = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const after = (delay: number, element: HTMLElement | null): void => {
    clearTimeout(timer);
    timer = setTimeout(() => show(element), delay);
  };
  const hinted = ({ target }: Event): HTMLElement | null =>
    target instanceof Element ? target.closest<HTMLElement>("[data-hint]") : null;
  const listen = <Kind extends keyof DocumentEventMap>(
    kind: Kind,
    act: (event: DocumentEventMap[Kind]) => void,
  ): void => document.addEventListener(kind, act, { signal: ending.signal });

  listen("pointerover", (event) => after(DELAY_MS, hinted(event)));
  listen("focusin", (event) => {
    const element = hinted(event);
    if (element?.matches(":focus-visible") === true) after(0, element);
  });
  listen("focusout", () => after(0, null));
  // What was pressed has been understood. A finger has no other way to ask.
  listen("pointerdown", ({ pointerType }) => {
    if (pointerType === "mouse") after(0, null);
  });
  listen("keydown", ({ key }) => {
    if (key === "Escape") after(0, null);
  });
  ending.signal.addEventListener("abort", () => clearTimeout(timer));
  return () => ending.abort();
}
