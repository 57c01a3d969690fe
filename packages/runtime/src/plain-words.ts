import type { z } from "zod";

/** What a field must be, by zod's name of it. */
const KINDS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
  date: "a time",
  null: "null",
};

/** What a text must be, by zod's name of its form. */
const FORMS: Readonly<Record<string, string>> = {
  email: "an e-mail address",
  url: "a URL",
  uuid: "an id (a UUID)",
  guid: "an id (a UUID)",
  datetime: "a time like 2026-11-26T08:00:00Z",
  date: "a date like 2026-11-26",
  hostname: "a host's name",
  base64: "base64",
  base64url: "base64url",
};

/**
 * What is wrong with a field, as what follows its name: “must not be empty”. For where a schema has no words of its own;
 * people read it at the field of a form.
 */
export const inPlainWords: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? "is missing" : `must be ${KINDS[issue.expected] ?? issue.expected}`;
    case "too_small":
      return bound(issue, issue.minimum, ["at least", "more than"]);
    case "too_big":
      return bound(issue, issue.maximum, ["at most", "less than"]);
    case "invalid_format":
      return form(issue);
    case "invalid_value":
      return issue.input === undefined ? "is missing" : `must be ${choice(issue.values)}`;
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "unrecognized_keys":
      return issue.keys.length === 1
        ? `has a field that isn't known: ${issue.keys[0]}`
        : `has fields that aren't known: ${issue.keys.join(", ")}`;
    case "invalid_key":
      return "has a key that isn't allowed";
    case "invalid_union":
      return issue.input === undefined ? "is missing" : "has none of the forms that are possible here";
    default:
      return undefined;
  }
};

/** How a bound is told of something that has a size, or is a number or a time. */
function bound(
  {
    origin,
    inclusive = true,
    exact = false,
  }: Readonly<{ origin: string; inclusive?: boolean; exact?: boolean }>,
  limit: number | bigint,
  [including, excluding]: readonly ["at least", "more than"] | readonly ["at most", "less than"],
): string {
  const unit = UNITS[origin];
  if (unit === undefined) return `must be ${inclusive ? including : excluding} ${String(limit)}`;
  if (exact) return `must have exactly ${counted(limit, unit)}`;
  if (including === "at least" && Number(limit) === 1) return "must not be empty";
  return `must have ${including} ${counted(limit, unit)}`;
}

/** What is counted of what has a length: one, and several. */
const UNITS: Readonly<Record<string, readonly [string, string]>> = {
  string: ["character", "characters"],
  array: ["entry", "entries"],
  set: ["entry", "entries"],
};

const counted = (count: number | bigint, [one, several]: readonly [string, string]): string =>
  `${count.toLocaleString("en")} ${Number(count) === 1 ? one : several}`;

function form({ format, pattern }: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidStringFormat>): string {
  const known = FORMS[format];
  if (known !== undefined) return `must be ${known}`;
  return format === "regex" ? `must match ${String(pattern)}` : `must be a valid ${format}`;
}

function choice(values: readonly z.core.util.Primitive[]): string {
  const names = values.map((value) => (typeof value === "string" ? JSON.stringify(value) : String(value)));
  return names.length === 1 ? (names[0] ?? "") : `one of ${names.join(", ")}`;
}
