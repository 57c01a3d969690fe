/**
 * Waits for a condition, looking every few milliseconds. For what happens in other processes, where nothing can be
 * awaited.
 *
 * @returns what `look` gave when it was neither undefined nor false
 * @throws when it isn't so after `withinMs`, naming `what`
 */
export async function until<Result>(
  what: string,
  look: () => Promise<Result | undefined | false> | Result | undefined | false,
  withinMs = 60_000,
): Promise<Result> {
  const deadline = Date.now() + withinMs;
  while (Date.now() < deadline) {
    const result = await look();
    if (result !== undefined && result !== false) return result;
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
  throw new Error(`${what}: not so after ${withinMs} ms`);
}
