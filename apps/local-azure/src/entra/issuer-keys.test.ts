import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { Clock } from "../clock.ts";
import { Knobs } from "../knobs/knobs.ts";
import { FetchFailed, fetchJson } from "./fetch-json.ts";
import { type FetchDocument, IssuerKeys, parseKeys } from "./issuer-keys.ts";

const ISSUER = "https://issuer.example";

function key(kid: string): Record<string, unknown> {
  return { ...generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ format: "jwk" }), kid };
}

/** An issuer in memory, with a clock that stands still. */
function issuer(url = ISSUER): {
  keys: Record<string, unknown>[];
  asked: string[];
  knobs: Knobs;
  subject: IssuerKeys;
} {
  const clock = new Clock(() => 0);
  const knobs = new Knobs(clock);
  const keys = [key("one")];
  const asked: string[] = [];
  const fetch: FetchDocument = async (address) => {
    asked.push(address);
    if (address.endsWith("jwks")) return { keys };
    return {
      issuer: url,
      jwks_uri: `${ISSUER}/jwks`,
      response_types_supported: ["id_token"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
    };
  };
  return { keys, asked, knobs, subject: new IssuerKeys(clock, knobs, fetch) };
}

describe("The keys of an issuer", () => {
  test("are fetched once while the cache lasts, and again after that", async () => {
    const { subject, asked, knobs } = issuer();
    await subject.of(ISSUER, "one");
    await subject.of(ISSUER, "one");
    knobs.advance(299_999);
    await subject.of(ISSUER, "one");
    expect(asked).toHaveLength(2);
    knobs.advance(1);
    await subject.of(ISSUER, "one");
    expect(asked).toHaveLength(4);
  });

  test("are fetched anew for an unknown kid, but not more often than the knob allows", async () => {
    const { subject, asked, knobs, keys } = issuer();
    await subject.of(ISSUER, "one");
    keys.push(key("two"));
    expect([...(await subject.of(ISSUER, "two")).keys()]).toEqual(["one"]);
    knobs.advance(30_000);
    expect([...(await subject.of(ISSUER, "two")).keys()]).toEqual(["one", "two"]);
    expect(asked).toHaveLength(4);
  });

  test("are fetched once for requests that come together", async () => {
    const { subject, asked } = issuer();
    await Promise.all([subject.of(ISSUER, "one"), subject.of(ISSUER, "one")]);
    expect(asked).toHaveLength(2);
  });

  test("are found where the issuer's name ends in a slash, too", async () => {
    const { subject, asked } = issuer(`${ISSUER}/`);
    await subject.of(`${ISSUER}/`, "one");
    expect(asked[0]).toBe(`${ISSUER}/.well-known/openid-configuration`);
  });
});

describe("A key set", () => {
  test("is read up to its hundredth key", () => {
    const { kty, n, e } = key("any");
    const keys = Array.from({ length: 105 }, (_, index) => ({ kty, n, e, kid: `key-${String(index)}` }));
    expect(parseKeys({ keys }).size).toBe(100);
  });

  test("may hold keys of other kinds and uses, which are passed over", () => {
    const keys = [
      { kty: "EC", kid: "elliptic", crv: "P-256", x: "x", y: "y" },
      { ...key("for encryption"), use: "enc" },
      key("good"),
    ];
    expect([...parseKeys({ keys }).keys()]).toEqual(["good"]);
  });
});

describe("Fetching a document", () => {
  const policy = { timeoutMs: 1000, extraCa: [], plainHttpHosts: [] };

  test.each(["http://issuer.example/", "ftp://localhost/", "nonsense"])("is refused from %s", async (url) => {
    await expect(fetchJson(url, policy)).rejects.toBeInstanceOf(FetchFailed);
  });
});
