import { randomBytes } from "node:crypto";
import type { Vault } from "../vault/port.ts";

/** What a temporary secret holds. Nothing secret, so that it may be seen by anybody who finds one. */
export const PROBE_VALUE = "This is a temporary secret of a kvsync validation. It can be deleted.";

const MAX_NAME = 127;

/** A random name under the prefix, so that no two validations and no real secret meet. At most 127 characters. */
export function probeName(prefix: string): string {
  const random = `kvsync-probe-${randomBytes(10).toString("hex")}`;
  return prefix.slice(0, MAX_NAME - random.length) + random;
}

/** The tags of a temporary secret. No sync owns it, so no run touches it. */
export function probeTags(syncId: string): Record<string, string> {
  return { "managed-by": "enkryptify", "enkryptify-probe": syncId };
}

/** How often, and over how long, a deletion is waited for: Azure takes some seconds, seldom up to a minute. */
const LOOKS = 40;
const LOOK_EVERY_MS = 1_500;

/**
 * Waits until a deletion is done.
 *
 * @param pause waits so many milliseconds, or throws when the worker stops
 * @returns false when it still isn't after about a minute
 */
export async function waitUntilDeleted(
  vault: Vault,
  name: string,
  signal: AbortSignal,
  pause: (ms: number) => Promise<void>,
): Promise<boolean> {
  for (let look = 0; look < LOOKS; look += 1) {
    if (await vault.isDeleted(name, signal)) return true;
    await pause(Math.min(250 * 2 ** look, LOOK_EVERY_MS));
  }
  return false;
}
