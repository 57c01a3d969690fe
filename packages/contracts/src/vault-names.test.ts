import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { mapName, mapNames } from "./vault-names.ts";

const rule = (policy: "strict" | "hyphenate" | "dotnet", prefix = "") => ({ prefix, policy }) as const;

const named = (name: string): { name: string; explicitName: null } => ({ name, explicitName: null });

describe("the name of a secret in the vault", () => {
  test("strict takes letters, digits and hyphens as they are", () => {
    expect(mapName("Api-Key-1", rule("strict"))).toEqual({
      ok: true,
      vaultName: "Api-Key-1",
      key: "api-key-1",
    });
  });

  test("strict refuses an underscore and tells which characters are in the way", () => {
    expect(mapName("A_B.C_D", rule("strict"))).toEqual({
      ok: false,
      failure: {
        code: "NAME_UNSUPPORTED",
        fields: { secretName: "A_B.C_D", characters: "_ .", alternative: "" },
      },
    });
  });

  test.each([
    ["hyphenate", "DATABASE_URL", "DATABASE-URL"],
    ["hyphenate", "A__B", "A--B"],
    ["dotnet", "Logging__Level_Default", "Logging--Level-Default"],
  ] as const)("%s turns %s into %s", (policy, name, vaultName) => {
    expect(mapName(name, rule(policy))).toMatchObject({ ok: true, vaultName });
  });

  test("no policy lets a dot through", () => {
    expect(mapName("a.b", rule("hyphenate"))).toMatchObject({ failure: { code: "NAME_UNSUPPORTED" } });
  });

  test("127 characters with the prefix fit, 128 don't", () => {
    expect(mapName("x".repeat(120), rule("strict", "prefix-"))).toMatchObject({ ok: true });
    expect(mapName("x".repeat(121), rule("strict", "prefix-"))).toMatchObject({
      failure: { code: "NAME_TOO_LONG", fields: { length: 128 } },
    });
  });
});

describe("collisions", () => {
  test("names that differ in case alone collide, and each names the other", () => {
    const [upper, lower] = mapNames([named("KEY"), named("key")], rule("strict"));
    expect(upper?.mapped).toMatchObject({ failure: { code: "NAME_COLLISION", fields: { others: "“key”" } } });
    expect(lower?.mapped).toMatchObject({ failure: { code: "NAME_COLLISION", fields: { others: "“KEY”" } } });
  });

  test("a chosen name wins over prefix and policy, and collides like any other", () => {
    const chosen = { name: "a.b", explicitName: "Other" };
    expect(mapNames([chosen], rule("strict", "p-"))).toMatchObject([
      { mapped: { ok: true, vaultName: "Other", key: "other" } },
    ]);
    expect(mapNames([chosen, named("OTHER")], rule("strict"))).toMatchObject([
      { mapped: { failure: { code: "NAME_COLLISION" } } },
      { mapped: { failure: { code: "NAME_COLLISION" } } },
    ]);
  });

  test("a name that can't be mapped collides with nothing", () => {
    const mapped = mapNames(["a.b", "c.d", "ok"].map(named), rule("strict"));
    expect(mapped.map(({ mapped: { ok } }) => ok)).toEqual([false, false, true]);
  });

  test("whatever the names, no two secrets are given the same vault name, and each given name is a valid one", () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_.-]{1,12}$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { maxLength: 30 }),
        fc.constantFrom("strict", "hyphenate", "dotnet"),
        (names, policy) => {
          const mapped = mapNames(names.map(named), rule(policy, "p-"));
          const keys = mapped.flatMap((entry) => (entry.mapped.ok ? [entry.mapped.key] : []));
          expect(new Set(keys).size).toBe(keys.length);
          for (const entry of mapped)
            if (entry.mapped.ok) expect(entry.mapped.vaultName).toMatch(/^[A-Za-z0-9-]{1,127}$/);
        },
      ),
    );
  });
});
