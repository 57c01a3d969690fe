import { parse } from "dotenv";

/** A variable of an environment file. */
export type Variable = Readonly<{ name: string; value: string; line: number | null }>;

export type EnvFile = Readonly<{
  /** In the order of the file; of a name that stands more than once, what the last one says. */
  variables: readonly Variable[];
  /** Names that stand more than once, with the numbers of their lines. */
  duplicates: ReadonlyArray<Readonly<{ name: string; lines: readonly number[] }>>;
  /** The numbers of lines that are neither a variable nor a part of one, nor empty, nor a comment. */
  unreadable: readonly number[];
}>;

const ASSIGNMENT = /^(\s*(?:export\s+)?)([\w.-]+)(?=\s*=|:\s)/;
const BLANK = /^\s*(?:#|$)/;
/** Nobody's variable has such a name by chance. */
const MARK = "kvsync_line_";

/**
 * Reads an environment file as dotenv does. dotenv tells neither where a variable stands, nor which ones stand twice, nor
 * what it passed over; so it reads the text a second time, in which each line that could begin a variable begins one of
 * its own. What shows up as a variable then is one; what doesn't is within another's quotes.
 */
export function readEnvFile(text: string): EnvFile {
  const lines = text
    .replace(/^\uFEFF/, "")
    .replaceAll(/\r\n?/g, "\n")
    .split("\n");
  const nameAt = new Map<number, string | null>();
  const marked = lines.map((line, index) => {
    const mark = `${MARK}${index + 1}_`;
    const name = ASSIGNMENT.exec(line)?.[2];
    if (name === undefined && BLANK.test(line)) return line;
    nameAt.set(index + 1, name ?? null);
    return name === undefined ? `${mark}=_${line}` : line.replace(ASSIGNMENT, `$1${mark}`);
  });
  const found = Object.keys(parse(marked.join("\n"), { fast: true })).flatMap((key) => {
    const line = Number(/^kvsync_line_(\d+)_$/.exec(key)?.[1]);
    return Number.isNaN(line) ? [] : [{ line, name: nameAt.get(line) ?? null }];
  });
  const linesOf = new Map<string, number[]>();
  for (const { name, line } of found)
    if (name !== null) linesOf.set(name, [...(linesOf.get(name) ?? []), line]);

  const values = new Map(Object.entries(parse(lines.join("\n"), { fast: true })));
  const lost = [...linesOf].filter(([name]) => !values.has(name));
  return {
    variables: [...values].map(([name, value]) => ({ name, value, line: linesOf.get(name)?.at(-1) ?? null })),
    duplicates: [...linesOf].flatMap(([name, at]) => (at.length > 1 ? [{ name, lines: at }] : [])),
    unreadable: [
      ...found.flatMap(({ name, line }) => (name === null ? [line] : [])),
      ...lost.flatMap(([, at]) => at),
    ].toSorted((one, other) => one - other),
  };
}
