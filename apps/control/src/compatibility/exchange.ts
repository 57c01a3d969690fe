import { expect } from "@jest/globals";
import type { Answer, TestControl } from "../testing/control.ts";

/**
 * A request as a published client sends it, and what that client needs of the answer. Written down by hand from what the
 * client sends; `{…}` stands for what the test knows: a workspace, a project, ids, a token.
 */
export type Exchange = Readonly<{
  /** What the client does. */
  what: string;
  method: string;
  path: string;
  /** Without the authorization that `token` makes. */
  headers: Readonly<Record<string, string>>;
  /** The body, or null for none; `""` is sent as a body of no length. */
  body: unknown;
  /** Whether it is sent with the client's token. */
  token: boolean;
  answer: Readonly<{
    status: number;
    /** What the body holds, at the least. */
    body?: unknown;
  }>;
}>;

/** What stands for `{…}` in an exchange. */
export type Known = Readonly<Record<string, string>>;

const filled = (text: string, known: Known): string =>
  text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => known[name] ?? whole);

/** An exchange with what is known in its places, in Jest's matchers as well, which keep what they compare in `sample`. */
export function withKnown<Part>(part: Part, known: Known): Part {
  if (typeof part === "string") return filled(part, known) as Part;
  if (typeof part !== "object" || part === null || part instanceof RegExp) return part;
  if (Array.isArray(part)) return part.map((item: unknown) => withKnown(item, known)) as Part;
  const entries = Object.entries(part).map(([key, value]) => [key, withKnown(value, known)]);
  return Object.assign(
    Object.create(Object.getPrototypeOf(part) as object),
    Object.fromEntries(entries),
  ) as Part;
}

/** Sends the request as it stands, and holds the answer against what the client needs. */
export async function replay(
  control: TestControl,
  exchange: Exchange,
  known: Known,
): Promise<Answer<unknown>> {
  const { method, path, headers, body, token, answer } = withKnown(exchange, known);
  const given = await control.ask<unknown>(method, path, {
    token: token ? (known["token"] ?? null) : null,
    headers,
    ...(body === null ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  expect([exchange.what, given.status, given.text]).toEqual([exchange.what, answer.status, given.text]);
  if (answer.body !== undefined) expect(given.body).toEqual(answer.body);
  return given;
}
