/**
 * A session that ends while somebody works: requests that were refused for it wait here, a dialog asks to sign in
 * again, and then they are repeated. The page underneath stays as it is, with everything that was typed.
 */
type Wait = { readonly promise: Promise<void>; readonly resolve: () => void };

let wait: Wait | undefined;
let sessionsBegun = 0;
const listeners = new Set<() => void>();

/** Counts the sessions, so that a late refusal of the last one isn't taken for the end of this one. */
export const sessionNumber = (): number => sessionsBegun;

/** Whether somebody must sign in before the work goes on. */
export const isSessionEnded = (): boolean => wait !== undefined;

/** Asks to sign in again, once for all requests that come here meanwhile. Ends when that has happened. */
export function untilSignedInAgain(): Promise<void> {
  if (wait === undefined) {
    wait = Promise.withResolvers<void>();
    announce();
  }
  return wait.promise;
}

/** A session has begun: whatever waits goes on. */
export function sessionBegan(): void {
  sessionsBegun += 1;
  const ended = wait;
  wait = undefined;
  ended?.resolve();
  announce();
}

/** Calls `listener` when {@link isSessionEnded} changes. @returns what ends that */
export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function announce(): void {
  for (const listener of listeners) listener();
}
