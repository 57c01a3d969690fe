import { createHash } from "node:crypto";
import { z } from "zod";
import { open, seal, secretKeyOf } from "./sealing.ts";

/**
 * Wraps the keys that lie in the database. Its methods are asynchronous so that a cloud's key service can stand behind
 * them; the one implementation today holds its key in memory.
 */
export interface KeyEncryptionKey {
  /** Stands beside each wrapped key, so that it is known which key opens it. Tells nothing about the key. */
  readonly id: string;
  /** @param context what the key belongs to; needed again to unwrap it */
  wrap(key: Uint8Array, context: string): Promise<Uint8Array<ArrayBuffer>>;
  /** @throws {SealError} when the context differs or the wrapped key was altered */
  unwrap(wrapped: Uint8Array, context: string): Promise<Uint8Array>;
}

/** The setting `KEY_ENCRYPTION_KEY`: 32 bytes in base64, for example from `openssl rand -base64 32`. */
export const keyEncryptionKeySchema = z
  .string()
  .transform((text) => Buffer.from(text, "base64"))
  .refine((key) => key.length === 32, { error: "must be 32 bytes in base64 (openssl rand -base64 32)" });

/** A key-encryption key held in this process's memory. @param key 32 bytes */
export function localKeyEncryptionKey(key: Uint8Array): KeyEncryptionKey {
  const id = `local:${createHash("sha256").update("kvsync kek id\0").update(key).digest("hex").slice(0, 16)}`;
  const secretKey = secretKeyOf(key);
  return {
    id,
    wrap: async (plain, context) => seal(secretKey, plain, context),
    unwrap: async (wrapped, context) => open(secretKey, wrapped, context),
  };
}
