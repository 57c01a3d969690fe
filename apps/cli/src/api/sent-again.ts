import { ApiProblem } from "@kvsync/contracts/api";

/** How often a request is sent while the server isn't there for it. */
const TRIES = 4;

/**
 * Sends a request with an idempotency key, and again where its answer may be lost: the key makes sure that it is carried
 * out once. A server that can't be reached at all isn't waited for.
 */
export async function sentAgain<Answer>(
  sleep: (ms: number) => Promise<void>,
  send: () => Promise<Answer>,
): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    try {
      return await send();
    } catch (error) {
      const passes = error instanceof ApiProblem && [502, 503, 504].includes(error.status);
      if (!passes || tries >= TRIES) throw error;
      await sleep(250 * 2 ** tries);
    }
  }
}
