/** What happened in all sequences together, so that it shows what a run of the model really tried. */
export class Coverage {
  readonly #counts = new Map<string, number>();

  count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  /** How often something of a kind happened: whatever begins with these words. */
  of(kind: string): number {
    let sum = 0;
    for (const [what, count] of this.#counts) if (what.startsWith(kind)) sum += count;
    return sum;
  }

  /** One line each, by name. */
  toString(): string {
    return [...this.#counts]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([what, count]) => `${String(count).padStart(8)}  ${what}`)
      .join("\n");
  }
}
