import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { Entry } from "./entry.ts";
import { FrameSealer, openFrames } from "./frames.ts";
import { lock } from "./lock.ts";

const ENTRIES_PER_FRAME = 500;
/** The file is written anew when it has grown by this much, and by twice what was alive. */
const MIN_GROWTH_BYTES = 64 * 1024 * 1024;

/**
 * The state on disk: one encrypted file, which begins with everything that is alive and goes on with what changed.
 * A change is written before it is answered and survives the end of the process, but isn't forced to the disk.
 */
export class Journal {
  readonly #file: string;
  readonly #storageKey: Buffer;
  readonly #release: () => void;
  #descriptor: number | undefined;
  #sealer: FrameSealer;
  #snapshot: (() => Iterable<Entry>) | undefined;
  #grownBytes = 0;
  #aliveBytes = 0;

  private constructor(file: string, storageKey: Buffer, release: () => void) {
    this.#file = file;
    this.#storageKey = storageKey;
    this.#release = release;
    this.#sealer = new FrameSealer(storageKey);
  }

  /**
   * Reads the state of a directory, which is made where it is missing. {@link begin} must follow.
   *
   * @param storageKey 32 bytes
   * @throws {StateLocked} when another process uses the directory
   * @throws {JournalUnreadable} when the key is another or the file is damaged
   */
  static open(
    directory: string,
    storageKey: Buffer,
  ): Readonly<{ journal: Journal; entries: Entry[]; torn: boolean }> {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const release = lock(join(directory, "lock"));
    try {
      const file = join(directory, "state.kvlaz");
      const { texts, torn } = existsSync(file)
        ? openFrames(readFileSync(file), storageKey)
        : { texts: [], torn: false };
      const entries = texts.flatMap((text) => JSON.parse(text) as Entry[]);
      return { journal: new Journal(file, storageKey, release), entries, torn };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Starts to write, with a file that holds just what is alive. */
  begin(snapshot: () => Iterable<Entry>): void {
    this.#snapshot = snapshot;
    this.#rewrite(snapshot);
  }

  append(entries: readonly Entry[]): void {
    if (this.#descriptor === undefined) throw new Error("the journal isn't open for writing");
    for (let start = 0; start < entries.length; start += ENTRIES_PER_FRAME) {
      this.#grownBytes += this.#write(this.#descriptor, entries.slice(start, start + ENTRIES_PER_FRAME));
    }
    if (this.#snapshot !== undefined && this.#grownBytes > Math.max(MIN_GROWTH_BYTES, 2 * this.#aliveBytes)) {
      this.#rewrite(this.#snapshot);
    }
  }

  /** Safe to call again. */
  close(): void {
    if (this.#descriptor !== undefined) {
      fsyncSync(this.#descriptor);
      closeSync(this.#descriptor);
      this.#descriptor = undefined;
    }
    this.#release();
  }

  /** A crash in between leaves the old file in place. */
  #rewrite(snapshot: () => Iterable<Entry>): void {
    const next = `${this.#file}.next`;
    this.#sealer = new FrameSealer(this.#storageKey);
    const descriptor = openSync(next, "w", 0o600);
    writeSync(descriptor, this.#sealer.header);
    // The first frame is there even in an empty state, so that a wrong key is always noticed.
    this.#aliveBytes = this.#write(descriptor, []);
    let batch: Entry[] = [];
    for (const entry of snapshot()) {
      batch.push(entry);
      if (batch.length < ENTRIES_PER_FRAME) continue;
      this.#aliveBytes += this.#write(descriptor, batch);
      batch = [];
    }
    if (batch.length > 0) this.#aliveBytes += this.#write(descriptor, batch);
    fsyncSync(descriptor);
    renameSync(next, this.#file);
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = descriptor;
    this.#grownBytes = 0;
  }

  #write(descriptor: number, entries: readonly Entry[]): number {
    const frame = this.#sealer.seal(JSON.stringify(entries));
    for (let written = 0; written < frame.length;) {
      written += writeSync(descriptor, frame, written, frame.length - written);
    }
    return frame.length;
  }
}
