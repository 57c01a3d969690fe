import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from "node:crypto";

const MAGIC = Buffer.from("KVLAZ01\n", "ascii");
const SALT_BYTES = 16;
const TAG_BYTES = 16;
const LENGTH_BYTES = 4;
const MAX_FRAME_BYTES = 256 * 1024 * 1024;

/** The state on disk can't be read: another key, or damage that isn't a torn end. */
export class JournalUnreadable extends Error {
  override readonly name = "JournalUnreadable";
  readonly code = "JOURNAL_UNREADABLE";
}

/**
 * Seals the frames of one file with AES-256-GCM. Each file has its own key, derived from the storage key and the
 * file's salt, and the nonce is the frame's number, so that no nonce is used twice and frames can't change places.
 * A file is never appended to by a later process: that would use numbers again that a torn frame has used.
 */
export class FrameSealer {
  /** What the file begins with. */
  readonly header: Buffer;
  readonly #key: KeyObject;
  #count = 0;

  /** @param storageKey 32 bytes */
  constructor(storageKey: Buffer) {
    const salt = randomBytes(SALT_BYTES);
    this.header = Buffer.concat([MAGIC, salt]);
    this.#key = fileKey(storageKey, salt);
  }

  seal(text: string): Buffer {
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce(this.#count));
    this.#count += 1;
    const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32BE(sealed.length);
    return Buffer.concat([length, cipher.getAuthTag(), sealed]);
  }
}

/**
 * Opens all frames of a file. A last frame that is cut short or damaged, as a killed process leaves it, is dropped.
 *
 * @throws {JournalUnreadable} when nothing can be opened (another key) or something follows a damaged frame
 */
export function openFrames(file: Buffer, storageKey: Buffer): Readonly<{ texts: string[]; torn: boolean }> {
  const start = MAGIC.length + SALT_BYTES;
  if (file.length < start || !file.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new JournalUnreadable("The state file isn't one of local Azure's.");
  }
  const key = fileKey(storageKey, file.subarray(MAGIC.length, start));
  const texts: string[] = [];
  let offset = start;
  while (offset < file.length) {
    const end = frameEnd(file, offset);
    const text = end > file.length ? undefined : openFrame(file.subarray(offset, end), key, texts.length);
    if (text === undefined) {
      if (texts.length === 0) {
        throw new JournalUnreadable(
          "The state file can't be opened: the storage key isn't the one it was made with.",
        );
      }
      if (end < file.length) {
        throw new JournalUnreadable(`The state file is damaged at byte ${String(offset)}.`);
      }
      return { texts, torn: true };
    }
    texts.push(text);
    offset = end;
  }
  return { texts, torn: false };
}

function frameEnd(file: Buffer, offset: number): number {
  if (offset + LENGTH_BYTES > file.length) return Number.POSITIVE_INFINITY;
  const length = file.readUInt32BE(offset);
  return length > MAX_FRAME_BYTES ? Number.POSITIVE_INFINITY : offset + LENGTH_BYTES + TAG_BYTES + length;
}

function openFrame(frame: Buffer, key: KeyObject, number: number): string | undefined {
  const decipher = createDecipheriv("aes-256-gcm", key, nonce(number));
  decipher.setAuthTag(frame.subarray(LENGTH_BYTES, LENGTH_BYTES + TAG_BYTES));
  const text = decipher.update(frame.subarray(LENGTH_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([text, decipher.final()]).toString("utf8");
  } catch {
    // Node tells a wrong tag by nothing but an Error; the caller decides what it means at this place in the file.
    return undefined;
  }
}

function fileKey(storageKey: Buffer, salt: Buffer): KeyObject {
  const key = hkdfSync("sha256", storageKey, salt, "kvsync local-azure journal", 32);
  return createSecretKey(new Uint8Array(key));
}

function nonce(count: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUIntBE(count, 6, 6);
  return bytes;
}
