import fc from "fast-check";
import type { VersionProperties } from "../port.ts";
import { WINDOW_MS } from "./subject.ts";

type Named<Kind extends string> = Readonly<{ do: Kind; name: string }>;
type Written<Kind extends string> = Named<Kind> & Readonly<{ value: string; properties: VersionProperties }>;

/** A call of the port, something that somebody else does, or time that passes. */
export type Step =
  | Readonly<{ do: "list" | "listDeleted" }>
  | Named<"versions" | "remove" | "isDeleted" | "findDeleted" | "recover" | "purge">
  | Written<"set">
  | Named<"they delete" | "they recover" | "they purge" | "they make a certificate">
  | Written<"they set">
  | (Named<"they amend"> & Readonly<{ amendment: Partial<VersionProperties> & { enabled?: boolean } }>)
  | Readonly<{ do: "pass"; ms: number }>;

/** Few, so that they meet, two of them in two cases; the last is none that Key Vault takes. */
export const NAMES = ["a", "A", "b-1", "B-1", "c", "no_name"] as const;

const goodName = fc.constantFrom<string>(...NAMES.slice(0, -1));
const name = fc.oneof({ weight: 20, arbitrary: goodName }, { weight: 1, arbitrary: fc.constant("no_name") });
const text = fc.string({ unit: "binary", maxLength: 12 });
const value = fc.oneof(
  { weight: 20, arbitrary: text },
  { weight: 1, arbitrary: fc.constantFrom(25_600, 25_601).map((length) => "x".repeat(length)) },
);
const tagName = fc.oneof(text, fc.constantFrom("constructor", "Key", "key", "k".repeat(513)));
const tags = fc.oneof(
  { weight: 10, arbitrary: fc.dictionary(tagName, text, { maxKeys: 4, noNullPrototype: true }) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(15, 16)
      .map((count) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`tag-${n}`, `${n}`]))),
  },
);
const contentType = fc.oneof(text, fc.constantFrom("", "text/plain", "c".repeat(256)));
const seconds = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 253_402_300_799 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 2 ** 31, 2 ** 32, 253_402_300_799) },
  { weight: 1, arbitrary: fc.constantFrom(-1, 253_402_300_800) },
);
const rest = { contentType, notBefore: seconds, expires: seconds };
const properties = fc.record({ tags, ...rest }, { requiredKeys: ["tags"] });
const amendment = fc.record({ tags, ...rest, enabled: fc.boolean() }, { requiredKeys: [] });

const list = fc.record({ do: fc.constantFrom("list" as const, "listDeleted" as const) });
const simple = fc.record({
  do: fc.constantFrom(
    ...(["versions", "remove", "remove", "isDeleted", "findDeleted", "recover", "purge"] as const),
  ),
  name,
});
const theirs = fc.oneof(
  fc.record({
    do: fc.constantFrom(...(["they delete", "they recover", "they purge"] as const)),
    name,
  }),
  fc.record({ do: fc.constant("they make a certificate" as const), name: goodName }),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: list },
  { weight: 7, arbitrary: simple },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("set" as const), name, value, properties }) },
  { weight: 3, arbitrary: theirs },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("they set" as const), name, value, properties }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("they amend" as const), name, amendment }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("pass" as const),
      ms: fc.constantFrom(400, WINDOW_MS / 2, WINDOW_MS - 1, WINDOW_MS),
    }),
  },
);

export const steps: fc.Arbitrary<Step[]> = fc.array(step, { minLength: 5, maxLength: 25, size: "max" });
