import { createSigningKey, defaultRotationPolicy, planRotation, type KeyEncryptionKey } from "@kvsync/keys";
import { rotateSigningKeys, type Database } from "@kvsync/store";

/** Makes the first keys where there are none, and whatever else of the rotation is due. */
export async function ensureSigningKeys(
  database: Database,
  keyEncryptionKey: KeyEncryptionKey,
): Promise<void> {
  const now = new Date();
  await rotateSigningKeys(
    database,
    (ring) => planRotation(ring, now, defaultRotationPolicy, "scheduled"),
    () => createSigningKey(keyEncryptionKey),
    now,
  );
}
