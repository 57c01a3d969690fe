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
      return least(issue);
    case "too_big":
      return most(issue);
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

function least({
  origin,
  minimum,
  inclusive = true,
  exact,
}: z.core.$ZodRawIssue<z.core.$ZodIssueTooSmall>): string {
  const unit = UNITS[origin];
  if (unit === undefined) return `must be ${inclusive ? "at least" : "more than"} ${String(minimum)}`;
  if (exact === true) return `must have exactly ${counted(minimum, unit)}`;
  return Number(minimum) === 1 ? "must not be empty" : `must have at least ${counted(minimum, unit)}`;
}

function most({
  origin,
  maximum,
  inclusive = true,
  exact,
}: z.core.$ZodRawIssue<z.core.$ZodIssueTooBig>): string {
  const unit = UNITS[origin];
  if (unit === undefined) return `must be ${inclusive ? "at most" : "less than"} ${String(maximum)}`;
  return `must have ${exact === true ? "exactly" : "at most"} ${counted(maximum, unit)}`;
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
