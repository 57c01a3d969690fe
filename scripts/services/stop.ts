/** Why we were asked to end. `ORPHANED`: whoever started us was killed. */
export type StopReason = "SIGINT" | "SIGTERM" | "SIGHUP" | "ORPHANED";

/** One Ctrl-C can arrive several times: from the terminal and again from npm, which passes on what it gets. */
const sameRequestMs = 2000;

/**
 * Calls `stop` once, on the first of SIGINT, SIGTERM and SIGHUP or when the bootstrap that started us is gone. What
 * follows is up to `stop`, the end of the process included. Who asks again later than that is impatient: the process
 * then ends at once, and its children with it (see lifeline.ts).
 */
export function onStop(stop: (reason: StopReason) => void): void {
  let askedAt: number | undefined;
  const ask = (reason: StopReason): void => {
    if (askedAt !== undefined) {
      if (Date.now() - askedAt > sameRequestMs) process.exit(130);
      return;
    }
    askedAt = Date.now();
    // So that bootstrap.mjs does not send us the signal a second time.
    if (process.connected) process.send?.({ stopping: reason }, undefined, undefined, () => {});
    stop(reason);
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => ask(name));
  if (process.connected) {
    process.once("disconnect", () => ask("ORPHANED"));
    // The listener alone must not keep us running.
    process.channel?.unref();
  }
}
