/** What is wrong with which field of what was sent. */
export type FieldProblems = Readonly<Record<string, string>>;

const BEGINNING = /(?:^|; )([A-Za-z_][\w-]*(?:\.[\w-]+|\[\d+\])*): /g;

/**
 * Reads the message of a `VALIDATION` failure, `field: problem; other.field: problem`, which is part of the API's
 * contract. A field with several problems has them one after the other.
 */
export function fieldProblems(message: string): FieldProblems {
  const found = [...message.matchAll(BEGINNING)];
  const problems: Record<string, string> = {};
  for (const [index, match] of found.entries()) {
    const [whole, field = ""] = match;
    const text = message.slice(match.index + whole.length, found[index + 1]?.index);
    const before = problems[field];
    problems[field] = before === undefined ? text : `${before}; ${text}`;
  }
  return problems;
}
