import { cut, printable, widthOf } from "./printable.ts";
import { plain, type Paint, type Style } from "./paint.ts";

/** A column of a table. Only a flexible one is cut where the width doesn't suffice. */
export type Column = Readonly<{ title: string; flexible?: boolean; right?: boolean }>;
/** A text of a table, with its style. */
export type Cell = string | Readonly<{ text: string; style: Style }>;

const GAP = "  ";
const LEAST = 8;

/** A table as lines without trailing spaces, within the width where that can be. */
export function table(
  columns: readonly Column[],
  rows: ReadonlyArray<readonly Cell[]>,
  { width = Infinity, paint = plain }: Readonly<{ width?: number; paint?: Paint }> = {},
): string[] {
  const texts = rows.map((row) => row.map((cell) => printable(typeof cell === "string" ? cell : cell.text)));
  const widths = columns.map(({ title }, at) =>
    Math.max(widthOf(title), ...texts.map((row) => widthOf(row[at] ?? ""))),
  );
  shrink(columns, widths, width);
  const lineOf = (cells: readonly string[], style: (at: number) => Style | undefined): string =>
    columns
      .map(({ right }, at) => {
        const room = widths[at] ?? 0;
        const text = cut(cells[at] ?? "", room);
        const chosen = style(at);
        const painted = chosen === undefined ? text : paint(chosen, text);
        const space = " ".repeat(Math.max(0, room - widthOf(text)));
        return right === true ? space + painted : painted + (at === columns.length - 1 ? "" : space);
      })
      .join(GAP)
      .trimEnd();
  const head = columns.map(({ title }) => title);
  return [
    lineOf(head, () => "dim"),
    ...texts.map((row, index) => lineOf(row, (at) => styleOf(rows[index]?.[at]))),
  ];
}

const styleOf = (cell: Cell | undefined): Style | undefined =>
  typeof cell === "object" ? cell.style : undefined;

/** Takes columns from the widest flexible one, again and again, until all of them fit. */
function shrink(columns: readonly Column[], widths: number[], width: number): void {
  const total = (): number => widths.reduce((sum, one) => sum + one, GAP.length * (columns.length - 1));
  while (total() > width) {
    let widest = -1;
    for (const [at, { flexible }] of columns.entries())
      if (flexible === true && (widths[at] ?? 0) > Math.max(LEAST, widths[widest] ?? 0)) widest = at;
    if (widest < 0) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
}
