/** The word that was probably meant: the nearest one, where it is near enough. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const meant = word.toLowerCase();
  const limit = Math.max(1, Math.floor(meant.length / 3));
  let best: { word: string; distance: number } | undefined;
  for (const candidate of words) {
    const other = candidate.toLowerCase();
    const distance = other.startsWith(meant) && meant.length >= 2 ? 1 : distanceOf(meant, other);
    if (distance <= limit && (best === undefined || distance < best.distance))
      best = { word: candidate, distance };
  }
  return best?.word;
}

/** A hint that asks for the word that was probably meant, else names what there is. */
export function suggestion(word: string, words: readonly string[]): string | undefined {
  const meant = nearest(word, words);
  if (meant !== undefined) return `Did you mean “${meant}”?`;
  if (words.length === 0) return undefined;
  const shown = words.slice(0, 8).map((one) => `“${one}”`);
  const rest = words.length - shown.length;
  return `There is ${shown.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}.`;
}

/** How many letters must be changed, put in, left out or swapped with a neighbour. */
function distanceOf(one: string, other: string): number {
  let before: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let i = 1; i <= one.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1];
      let distance = Math.min(
        (above[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (above[j - 1] ?? 0) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        distance = Math.min(distance, (before[j - 2] ?? 0) + 1);
      row.push(distance);
    }
    before = above;
  }
  return row[other.length] ?? 0;
}
