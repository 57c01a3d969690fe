/** Time as a run sees it, so that tests can let it pass. */
export type Clock = Readonly<{
  /** Unix milliseconds. May jump, as a computer's clock does. */
  now: () => number;
  /** Milliseconds from an arbitrary start. Never jumps back. */
  monotonic: () => number;
  /** Resolves after so many milliseconds, or at once when the signal is aborted. */
  wait: (ms: number, signal: AbortSignal) => Promise<void>;
}>;

export const systemClock: Clock = {
  now: Date.now,
  monotonic: () => performance.now(),
  wait: async (ms, signal) => {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener("abort", done);
    });
  },
};
