/** The order of names is that of UTF-16 code units; vaults pass upper-cased ones. */
const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** A set of names in order. Finding one takes logarithmic time, changing it one move of the memory behind it. */
export class OrderedNames {
  #names: string[] = [];

  get size(): number {
    return this.#names.length;
  }

  at(index: number): string | undefined {
    return this.#names[index];
  }

  add(name: string): void {
    const index = this.#lowerBound(name);
    if (this.#names[index] !== name) this.#names.splice(index, 0, name);
  }

  /** Adds many at the price of one sort. */
  addAll(names: Iterable<string>): void {
    this.#names = [...new Set([...this.#names, ...names])].toSorted(compare);
  }

  delete(name: string): void {
    const index = this.#lowerBound(name);
    if (this.#names[index] === name) this.#names.splice(index, 1);
  }

  /** The index of the first name that comes after this one, whether or not this one is there. */
  indexAfter(name: string): number {
    const index = this.#lowerBound(name);
    return this.#names[index] === name ? index + 1 : index;
  }

  #lowerBound(name: string): number {
    let low = 0;
    let high = this.#names.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#names[middle] ?? "") < name) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
