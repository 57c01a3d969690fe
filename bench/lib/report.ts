/** One number that a benchmark found. */
export type Figure = Readonly<{
  name: string;
  value: number;
  /** For example "ms", "calls/s", "MB". */
  unit: string;
  /** What it must reach or stay under; a figure without one only tells. */
  bound?: Readonly<{ least: number } | { most: number }>;
}>;

/** How a benchmark's figures are made, in the order in which they are shown. */
export class Figures {
  readonly list: Figure[] = [];

  /** A figure that only tells. */
  tell(name: string, value: number, unit: string): this {
    this.list.push({ name, value, unit });
    return this;
  }

  atLeast(name: string, value: number, unit: string, least: number): this {
    this.list.push({ name, value, unit, bound: { least } });
    return this;
  }

  atMost(name: string, value: number, unit: string, most: number): this {
    this.list.push({ name, value, unit, bound: { most } });
    return this;
  }
}

/** What a ratio ends at, since a figure of 0 is endlessly better than its bound. */
const BEST = 1000;

/** How good a figure is against its bound: 1 is just met, above is better. Undefined without a bound. */
export function ratioOf({ value, bound }: Figure): number | undefined {
  if (bound === undefined) return undefined;
  if ("least" in bound) return value / bound.least;
  // Where nothing at all is allowed there is no better than met.
  if (bound.most === 0) return value === 0 ? 1 : 0;
  return Math.min(BEST, bound.most / value);
}

/** The ratio of a benchmark: its worst figure's. */
export function worstRatio(figures: readonly Figure[]): number {
  return Math.min(...figures.flatMap((figure) => ratioOf(figure) ?? []));
}

/** One line of JSON. */
export function asJson(bench: string, figures: readonly Figure[]): string {
  const shown = figures.map((figure) => {
    const { name, value, unit, bound } = figure;
    const ratio = ratioOf(figure);
    const judged =
      bound === undefined || ratio === undefined
        ? {}
        : {
            bound: "least" in bound ? { least: rounded(bound.least) } : { most: rounded(bound.most) },
            ratio: rounded(ratio),
          };
    return [name, { value: rounded(value), unit, ...judged }] as const;
  });
  return JSON.stringify({ bench, figures: Object.fromEntries(shown), ratio: rounded(worstRatio(figures)) });
}

/** A table for a person. A ratio of 1 or more means that the bound is kept. */
export function asTable(bench: string, figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { name, value, unit, bound } = figure;
    const ratio = ratioOf(figure);
    const judged =
      bound === undefined || ratio === undefined
        ? ["", ""]
        : [
            "least" in bound ? `≥ ${rounded(bound.least)}` : `≤ ${rounded(bound.most)}`,
            `${rounded(ratio)}${ratio < 1 ? " ✗" : ""}`,
          ];
    return [name, `${rounded(value)} ${unit}`, ...judged];
  });
  const lines = [[bench, "figure", "bound", "ratio"], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((row) => (row[column] ?? "").length)));
  return lines
    .map(
      ([name = "", ...cells]) =>
        `${name.padEnd(widths[0] ?? 0)}${cells.map((cell, at) => `  ${cell.padStart(widths[at + 1] ?? 0)}`).join("")}`,
    )
    .join("\n");
}

/** Three digits after the point below 10, one below 1,000, none above. */
function rounded(value: number): number {
  const digits = Math.abs(value) < 10 ? 3 : Math.abs(value) < 1000 ? 1 : 0;
  return Number(value.toFixed(digits));
}
