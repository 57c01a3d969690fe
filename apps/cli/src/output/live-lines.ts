import type { Sink } from "../context.ts";
import { widthOf } from "./printable.ts";

/**
 * Lines that change while one watches. On a terminal they are written over each other; elsewhere, as in CI, only what
 * `steps` tells is written, each line once.
 */
export class LiveLines {
  readonly #sink: Sink;
  readonly #live: boolean;
  readonly #told = new Set<string>();
  #height = 0;

  constructor(sink: Sink, env: Readonly<Record<string, string | undefined>>) {
    this.#sink = sink;
    this.#live = sink.isTTY === true && env["TERM"] !== "dumb" && (env["CI"] ?? "") === "";
  }

  /** Shows how things stand: `block` on a terminal, what is new of `steps` elsewhere. */
  show(block: readonly string[], steps: readonly string[]): void {
    if (!this.#live) {
      for (const step of steps) {
        if (this.#told.has(step)) continue;
        this.#told.add(step);
        this.#sink.write(`${step}\n`);
      }
      return;
    }
    // One write each time, so that nothing flickers: up to the first line, then each line anew.
    const up = this.#height === 0 ? "" : `\u001B[${this.#height}A\r`;
    this.#sink.write(`${up}${block.map((line) => `\u001B[2K${line}\n`).join("")}\u001B[J`);
    this.#height = heightOf(block, this.#sink.columns);
  }
}

/** How many rows of the terminal the lines take: one that is too long takes several. */
function heightOf(lines: readonly string[], columns: number | undefined): number {
  const width = columns !== undefined && columns > 0 ? columns : Infinity;
  return lines.reduce((rows, line) => rows + Math.max(1, Math.ceil(widthOf(line) / width)), 0);
}
