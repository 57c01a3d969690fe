import { createWrappedEnvironmentKey, EnvironmentKeyRing, type KeyEncryptionKey } from "@kvsync/keys";
import { ensureWrappedDataKey, type Database } from "@kvsync/store";

/** The data keys of environments; an environment gets its own at its first use. */
export function environmentKeyRing(
  database: Database,
  keyEncryptionKey: KeyEncryptionKey,
): EnvironmentKeyRing {
  return new EnvironmentKeyRing<never>(keyEncryptionKey, (environmentId) =>
    ensureWrappedDataKey(database, environmentId, async () => ({
      wrappedKey: await createWrappedEnvironmentKey(keyEncryptionKey, environmentId),
      keyEncryptionKeyId: keyEncryptionKey.id,
    })),
  );
}
