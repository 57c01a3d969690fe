/** Waits on real timers, thousands at a time; none of them keeps the process alive. */
export class Latency {
  readonly #waiting = new Map<NodeJS.Timeout, () => void>();
  #ended = false;

  /** Resolves after so many milliseconds with true, or with false as soon as the emulator stops. */
  async wait(milliseconds: number): Promise<boolean> {
    if (this.#ended) return false;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(timer);
        resolve();
      }, milliseconds);
      timer.unref();
      this.#waiting.set(timer, resolve);
    });
    return !this.#ended;
  }

  /** Ends every wait. Safe to call again. */
  end(): void {
    this.#ended = true;
    for (const [timer, resolve] of this.#waiting) {
      clearTimeout(timer);
      resolve();
    }
    this.#waiting.clear();
  }
}
