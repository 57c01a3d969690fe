import type { ImportResult } from "@kvsync/contracts/api";
import type { Look } from "../output/output.ts";
import type { Style } from "../output/paint.ts";
import { printable } from "../output/printable.ts";

type Change = ImportResult["entries"][number]["change"];

const MARKS: Readonly<Record<Change, readonly [Style, string]>> = {
  new: ["green", "+"],
  changed: ["yellow", "~"],
  same: ["dim", "="],
  skipped: ["dim", "·"],
  invalid: ["red", "✗"],
};

/** What an import changes, by name; what stays the same is left out. */
export function importLines({ entries, duplicates }: ImportResult, { paint }: Look): string[] {
  return [
    ...entries
      .filter(({ change }) => change !== "same")
      .map(({ name, change, line, reason }) => {
        const [style, mark] = MARKS[change];
        const why = reason === null ? "" : `  ${line === null ? "" : `line ${line}: `}${printable(reason)}`;
        return `${paint(style, `${mark} ${printable(name)}`)}${why}`;
      }),
    ...duplicates.map(({ name, lines }) =>
      paint(
        "yellow",
        `! ${printable(name)} stands more than once (lines ${lines.join(", ")}); the last one counts.`,
      ),
    ),
  ];
}

/** The counts of an import, in a line. */
export function importSummary({ counts }: ImportResult, applied: boolean, { paint }: Look): string {
  const parts = Object.entries(counts).flatMap(([name, count]) => (count > 0 ? [`${count} ${name}`] : []));
  const verb = applied ? paint("green", "Imported") : "Nothing imported";
  return `${verb}: ${parts.length === 0 ? "no variables" : parts.join(", ")}.`;
}
