import { closeSync, fstatSync, openSync, readSync, renameSync, statSync } from "node:fs";

const rotateAt = 8 * 1024 * 1024;
const tailBytes = 64 * 1024;

/** A log that a child writes to by itself, so that it goes on when we die. */
export class LogFile {
  readonly path: string;
  readonly #start: number;

  /** What stands in the file already is kept, up to a limit past which it is moved to `PATH.previous`. */
  constructor(path: string) {
    this.path = path;
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size > rotateAt) renameSync(path, `${path}.previous`);
    this.#start = size > rotateAt ? 0 : size;
  }

  /** A descriptor to append with. The caller closes it. */
  open(): number {
    return openSync(this.path, "a", 0o600);
  }

  /** The complete and incomplete lines written since this object was made, at most the last 64 KiB of them. */
  lines(): string[] {
    const descriptor = openSync(this.path, "r");
    try {
      const { size } = fstatSync(descriptor);
      const from = Math.max(this.#start, size - tailBytes);
      const buffer = Buffer.alloc(Math.max(0, size - from));
      const read = readSync(descriptor, buffer, 0, buffer.length, from);
      return buffer.toString("utf8", 0, read).split(/\r?\n/u).filter(Boolean);
    } finally {
      closeSync(descriptor);
    }
  }
}
