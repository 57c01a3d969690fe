import { stripVTControlCharacters } from "node:util";

// Controls of C0 and C1, and marks that turn the direction of what follows: a name must not steer a terminal.
const UNPRINTABLE = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
const segments = new Intl.Segmenter("en", { granularity: "grapheme" });

/** A text of somebody else's as one line that is safe to show on a terminal. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replaceAll(UNPRINTABLE, " ");
}

/** How many columns a text takes on a terminal. Styles take none. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of segments.segment(stripVTControlCharacters(text)))
    width += WIDE.test(segment) ? 2 : 1;
  return width;
}

/** A text without styles, cut to so many columns, with an ellipsis where something is missing. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = "";
  let taken = 1;
  for (const { segment } of segments.segment(text)) {
    taken += widthOf(segment);
    if (taken > width) break;
    kept += segment;
  }
  return width > 0 ? `${kept}…` : "";
}

/** A text in lines of so many columns at most, broken between words; only a longer word stands out. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line === "" || widthOf(longer) <= width) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}
