import type { KeyEncryptionKey } from "./key-encryption-key.ts";
import { SealError } from "./sealing.ts";

/** The end of an audit chain at some moment. */
export type AnchoredHead = Readonly<{ workspaceId: string; sequence: number; hash: Uint8Array }>;

const context = ({ workspaceId, sequence }: AnchoredHead): string =>
  `audit-anchor:${workspaceId}:${sequence}`;

/** Seals the end of a chain, so that nobody who only has the database can make another one. */
export async function sealAnchor(
  keyEncryptionKey: KeyEncryptionKey,
  head: AnchoredHead,
): Promise<Uint8Array<ArrayBuffer>> {
  return keyEncryptionKey.wrap(head.hash, context(head));
}

/** Whether a seal was made by this key for this end of this chain. */
export async function anchorHolds(
  keyEncryptionKey: KeyEncryptionKey,
  head: AnchoredHead,
  sealed: Uint8Array,
): Promise<boolean> {
  try {
    return Buffer.from(await keyEncryptionKey.unwrap(sealed, context(head))).equals(head.hash);
  } catch (error) {
    if (error instanceof SealError) return false;
    throw error;
  }
}
