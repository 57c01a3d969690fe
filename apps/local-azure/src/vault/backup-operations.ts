import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { z } from "zod";
import { bundle } from "./bundles.ts";
import type { Call, Result } from "./call.ts";
import { deny } from "./errors.ts";
import type { SecretVersion } from "./secret.ts";
import { parseRestore } from "./secret-input.ts";
import { existing, refuseUnlessWritable } from "./write-operations.ts";

const MAX_VERSIONS = 500;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const versionSchema: z.ZodType<SecretVersion> = z.object({
  id: z.string(),
  value: z.string(),
  contentType: z.string().exactOptional(),
  tags: z.record(z.string(), z.string()).exactOptional(),
  enabled: z.boolean(),
  notBefore: z.number().exactOptional(),
  expires: z.number().exactOptional(),
  created: z.number(),
  updated: z.number(),
});
/** The last version is the current one. */
const backupSchema = z.object({
  tenantId: z.string(),
  name: z.string(),
  versions: z.tuple([versionSchema]).rest(versionSchema),
});

/** A sealed blob of all versions, which only a vault of the same emulator and tenant takes. */
export function backupSecret({ vault, store, clock, backupKey, name }: Call): Result {
  const { current, versions, head } = existing(store.get(name, clock.now()), name, clock.now());
  if (versions.length > MAX_VERSIONS) throw deny.tooManyVersions(MAX_VERSIONS);
  const older = versions.filter((version) => version !== current);
  const content = { tenantId: vault.tenantId, name: head.name, versions: [...older, current] };
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", backupKey, nonce);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(content), "utf8"), cipher.final()]);
  const blob = Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  return { status: 200, body: { value: blob.toString("base64url") } };
}

/** Brings a secret with all its versions back, under its own name, which must be free. */
export function restoreSecret({ vault, store, clock, backupKey, base, body }: Call): Result {
  const { tenantId, name, versions } = opened(parseRestore(body), backupKey);
  if (tenantId !== vault.tenantId) throw deny.malformedBackup();
  const now = clock.now();
  const known = store.get(name, now);
  if (known !== undefined) {
    refuseUnlessWritable(known, name, now);
    throw deny.alreadyExists(name);
  }
  store.add([{ name, versions }]);
  const secret = existing(store.get(name, now), name, now);
  return { status: 200, body: bundle(base, vault, secret, secret.current) };
}

function opened(blob: string, key: Buffer): z.output<typeof backupSchema> {
  const bytes = Buffer.from(blob, "base64url");
  if (bytes.length <= NONCE_BYTES + TAG_BYTES) throw deny.malformedBackup();
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
  try {
    return backupSchema.parse(JSON.parse(Buffer.concat([text, decipher.final()]).toString("utf8")));
  } catch (error) {
    // Not a blob of this emulator, or a damaged one: the client's mistake, and all there is to say about it.
    throw Object.assign(deny.malformedBackup(), { cause: error });
  }
}
