import { useEffect, useEffectEvent } from "react";
import { ApiFailure } from "../api/failure.ts";
import { answers } from "../api/reach.ts";

const FIRST_GAP_MS = 2_000;
const LONGEST_GAP_MS = 30_000;
const GROWTH = 1.5;

/**
 * Looks, with growing gaps, whether what was away is back, and tries again once it is: not before, so that the failure
 * stays to be read and nothing flickers. Looks at once when the window is shown again.
 *
 * @returns whether it does that: whether `error` is one that passes
 */
export function useRetryOnceBack(error: Error, onRetry: (() => void) | undefined): boolean {
  const retry = useEffectEvent(() => onRetry?.());
  const isAwaited = onRetry !== undefined && isAway(error);
  const address = error instanceof ApiFailure ? error.address : null;
  useEffect(() => {
    if (!isAwaited) return;
    let gap = FIRST_GAP_MS;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let hasEnded = false;
    async function look(): Promise<void> {
      clearTimeout(timer);
      if (document.hidden) return;
      const back = await answers(address);
      if (hasEnded) return;
      if (back) retry();
      gap = Math.min(LONGEST_GAP_MS, gap * GROWTH);
      timer = setTimeout(() => void look(), gap);
    }
    const seen = (): void => void look();
    timer = setTimeout(seen, gap);
    document.addEventListener("visibilitychange", seen);
    return () => {
      hasEnded = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", seen);
    };
  }, [isAwaited, address]);
  return isAwaited;
}

/** Whether nobody answered, only who stands before the server, or the server without what stands behind it. */
const isAway = (error: Error): boolean =>
  error instanceof ApiFailure && [0, 502, 503, 504].includes(error.status);
