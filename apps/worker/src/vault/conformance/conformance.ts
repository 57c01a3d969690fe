import { describe, expect, test } from "@jest/globals";
import { FailureError } from "../../failure-error.ts";
import type { Vault, VaultItem, VersionProperties } from "../port.ts";

/** A vault of a test's own, and what somebody else can do to it. */
export type Subject = Readonly<{
  vault: Vault;
  /** Makes time pass until deletions and recoveries are done. */
  settle: () => void;
  /** Somebody else disables the current version, or enables it. */
  setEnabled: (name: string, enabled: boolean) => void;
  /** Somebody makes a certificate-backed secret. */
  addManaged: (name: string) => void;
  /** The current value. */
  peek: (name: string) => string | undefined;
}>;

const signal = new AbortController().signal;
const plain: VersionProperties = { tags: {} };

async function allOf<Entry>(pages: AsyncIterable<readonly Entry[]>): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const page of pages) {
    expect(page.length).toBeLessThanOrEqual(25);
    entries.push(...page);
  }
  return entries;
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "no failure";
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    return error.code;
  }
}

/**
 * What every implementation of the vault's port must do, as Key Vault does it.
 *
 * @param makeSubject makes an empty vault in which deletion and recovery take a while, until {@link Subject.settle}
 */
export function describeConformance(name: string, makeSubject: () => Promise<Subject>): void {
  describe(`${name} as a vault`, () => {
    describe("list", () => {
      test("shows every secret once, whatever the pages, in the vault's spelling, and never a value", async () => {
        const { vault } = await makeSubject();
        const names = Array.from({ length: 60 }, (_, n) => `${n % 2 === 0 ? "Upper" : "lower"}-${n}`);
        for (const each of names) await vault.set(each, `value of ${each}`, plain, signal);
        const items = await allOf(vault.list(signal));
        expect(items.map((item) => item.name).toSorted()).toEqual(names.toSorted());
        expect(JSON.stringify(items)).not.toContain("value of");
      });

      test("of an empty vault is empty", async () => {
        const { vault } = await makeSubject();
        expect(await allOf(vault.list(signal))).toEqual([]);
      });

      test("shows of each secret its current version's properties", async () => {
        const { vault, setEnabled } = await makeSubject();
        const tags = { team: "x", other: "y" };
        const properties = { tags, contentType: "text/plain", notBefore: 1_000, expires: 4_102_444_800 };
        const written = await vault.set("a", "1", properties, signal);
        setEnabled("a", false);
        const [item] = await allOf(vault.list(signal));
        expect(item).toEqual({
          name: "a",
          enabled: false,
          managed: false,
          updated: expect.any(Number),
          ...properties,
        } satisfies Record<keyof VaultItem, unknown>);
        expect(item?.updated).toBeGreaterThanOrEqual(written.updated);
      });

      test("hides deleted secrets and those being recovered", async () => {
        const { vault, settle } = await makeSubject();
        await vault.set("a", "1", plain, signal);
        await vault.remove("a", signal);
        expect(await allOf(vault.list(signal))).toEqual([]);
        settle();
        await vault.recover("a", signal);
        expect(await allOf(vault.list(signal))).toEqual([]);
        settle();
        expect(await allOf(vault.list(signal))).toMatchObject([{ name: "a" }]);
      });

      test("tells what belongs to a certificate", async () => {
        const { vault, addManaged } = await makeSubject();
        addManaged("cert");
        expect(await allOf(vault.list(signal))).toMatchObject([{ name: "cert", managed: true }]);
      });
    });

    describe("set", () => {
      test("makes a version that carries over nothing from the one before", async () => {
        const { vault, peek } = await makeSubject();
        const rich = { tags: { a: "b" }, contentType: "text/plain", expires: 4_102_444_800 };
        const first = await vault.set("a", "1", rich, signal);
        const second = await vault.set("a", "2", plain, signal);
        expect(second.version).not.toBe(first.version);
        expect(second.updated).toBeGreaterThanOrEqual(first.updated);
        expect(second.requestId).toEqual(expect.any(String));
        expect(peek("a")).toBe("2");
        const [item] = await allOf(vault.list(signal));
        expect(item).toMatchObject({ tags: {}, contentType: undefined, expires: undefined });
        expect((await vault.versions("a", signal)).map(({ version }) => version).toSorted()).toEqual(
          [first.version, second.version].toSorted(),
        );
      });

      test("under another case is a version of the same secret, which keeps its spelling", async () => {
        const { vault } = await makeSubject();
        await vault.set("Name", "1", plain, signal);
        await vault.set("NAME", "2", plain, signal);
        expect(await allOf(vault.list(signal))).toMatchObject([{ name: "Name" }]);
        expect(await vault.versions("name", signal)).toHaveLength(2);
      });

      test("enables a disabled secret, since its new version is enabled", async () => {
        const { vault, setEnabled } = await makeSubject();
        await vault.set("a", "1", plain, signal);
        setEnabled("a", false);
        await vault.set("a", "2", plain, signal);
        expect(await allOf(vault.list(signal))).toMatchObject([{ enabled: true }]);
      });

      test("takes 25,600 characters, 15 tags and 127 characters of name, and no more", async () => {
        const { vault, peek } = await makeSubject();
        const tags = (count: number): Record<string, string> =>
          Object.fromEntries(Array.from({ length: count }, (_, n) => [`t${n}`, "x"]));
        const longest = "n".repeat(127);
        await vault.set(longest, "x".repeat(25_600), { tags: tags(15) }, signal);
        expect(peek(longest)).toHaveLength(25_600);
        expect(await codeOf(vault.set("a", "x".repeat(25_601), plain, signal))).toBe("VAULT_VALUE_REFUSED");
        expect(await codeOf(vault.set("a", "x", { tags: tags(16) }, signal))).toBe("VAULT_REQUEST_REFUSED");
        expect(await codeOf(vault.set("n".repeat(128), "x", plain, signal))).toBe("VAULT_NAME_REFUSED");
        expect(await codeOf(vault.set("a_b", "x", plain, signal))).toBe("VAULT_NAME_REFUSED");
        expect(await allOf(vault.list(signal))).toHaveLength(1);
      });

      test("is refused while the name is deleted, or on its way out or back", async () => {
        const { vault, settle } = await makeSubject();
        const set = (): Promise<string> => codeOf(vault.set("A", "2", plain, signal));
        await vault.set("a", "1", plain, signal);
        await vault.remove("a", signal);
        expect(await set()).toBe("VAULT_SECRET_BEING_DELETED");
        settle();
        expect(await set()).toBe("VAULT_SECRET_DELETED");
        await vault.recover("a", signal);
        expect(await set()).toBe("VAULT_SECRET_BEING_RECOVERED");
        settle();
        expect(await set()).toBe("no failure");
        expect(await vault.versions("a", signal)).toHaveLength(2);
      });

      test("is refused for what belongs to a certificate", async () => {
        const { vault, addManaged } = await makeSubject();
        addManaged("cert");
        expect(await codeOf(vault.set("cert", "x", plain, signal))).toBe("VAULT_SECRET_MANAGED");
      });

      test("of one name by many at once makes as many versions", async () => {
        const { vault } = await makeSubject();
        await vault.set("a", "0", plain, signal);
        const sets = Array.from({ length: 8 }, (_, n) => vault.set("a", String(n), plain, signal));
        const written = await Promise.all(sets);
        expect(new Set(written.map(({ version }) => version)).size).toBe(8);
        expect(await vault.versions("a", signal)).toHaveLength(9);
      });
    });

    describe("versions", () => {
      test("of a secret that isn't there, or is deleted, are none", async () => {
        const { vault, settle } = await makeSubject();
        expect(await vault.versions("a", signal)).toEqual([]);
        await vault.set("a", "1", plain, signal);
        await vault.remove("a", signal);
        settle();
        expect(await vault.versions("a", signal)).toEqual([]);
      });

      test("have their own tags and whether they are enabled, and no value", async () => {
        const { vault, setEnabled } = await makeSubject();
        const first = await vault.set("a", "first value", { tags: { n: "1" } }, signal);
        await vault.set("a", "second value", { tags: { n: "2" }, contentType: "c" }, signal);
        setEnabled("a", false);
        const versions = await vault.versions("a", signal);
        const one = versions.find(({ version }) => version === first.version);
        const other = versions.find(({ version }) => version !== first.version);
        expect(one).toMatchObject({ name: "a", enabled: true, tags: { n: "1" }, contentType: undefined });
        expect(other).toMatchObject({ name: "a", enabled: false, tags: { n: "2" }, contentType: "c" });
        expect(one?.created).toBeGreaterThan(1_000_000_000);
        expect(other?.created).toBeGreaterThanOrEqual(one?.created ?? Infinity);
        expect(JSON.stringify(versions)).not.toContain('value"');
        expect(JSON.stringify(versions)).not.toContain("first value");
      });
    });

    describe("deletion", () => {
      test("takes a while, and can be asked for twice, or for what isn't there", async () => {
        const { vault, settle } = await makeSubject();
        await vault.remove("a", signal);
        await vault.set("a", "1", { tags: { k: "v" } }, signal);
        await vault.remove("A", signal);
        expect(await vault.isDeleted("a", signal)).toBe(false);
        await vault.remove("a", signal);
        settle();
        await vault.remove("a", signal);
        expect(await vault.isDeleted("a", signal)).toBe(true);
        expect(await vault.deletedTags("A", signal)).toEqual({ k: "v" });
      });

      test("shows what can be recovered, and only that", async () => {
        const { vault, settle } = await makeSubject();
        for (const each of ["a", "b", "c"]) await vault.set(each, "1", { tags: { of: each } }, signal);
        await vault.remove("a", signal);
        await vault.remove("b", signal);
        expect(await allOf(vault.listDeleted(signal))).toEqual([]);
        settle();
        await vault.recover("b", signal);
        expect(await allOf(vault.listDeleted(signal))).toEqual([{ name: "a", tags: { of: "a" } }]);
        expect(await vault.deletedTags("c", signal)).toBeNull();
      });

      test("is refused for what belongs to a certificate", async () => {
        const { vault, addManaged } = await makeSubject();
        addManaged("cert");
        expect(await codeOf(vault.remove("cert", signal))).toBe("VAULT_SECRET_MANAGED");
      });

      test("is undone by a recovery with all versions", async () => {
        const { vault, settle, peek } = await makeSubject();
        await vault.set("a", "1", plain, signal);
        await vault.set("a", "2", { tags: { k: "v" } }, signal);
        await vault.remove("a", signal);
        expect(await codeOf(vault.recover("a", signal))).toBe("VAULT_SECRET_BEING_DELETED");
        settle();
        await vault.recover("a", signal);
        settle();
        expect(peek("a")).toBe("2");
        expect(await vault.versions("a", signal)).toHaveLength(2);
        expect(await allOf(vault.list(signal))).toMatchObject([{ tags: { k: "v" } }]);
      });

      test("can't be undone for what isn't deleted", async () => {
        const { vault } = await makeSubject();
        expect(await codeOf(vault.recover("a", signal))).toBe("VAULT_SECRET_GONE");
      });

      test("is final after a purge, which may be asked for what isn't there", async () => {
        const { vault, settle } = await makeSubject();
        await vault.purge("a", signal);
        await vault.set("a", "1", plain, signal);
        await vault.remove("a", signal);
        expect(await codeOf(vault.purge("a", signal))).toBe("VAULT_SECRET_BEING_DELETED");
        settle();
        await vault.purge("a", signal);
        settle();
        expect(await vault.isDeleted("a", signal)).toBe(false);
        await vault.set("a", "2", plain, signal);
        expect(await vault.versions("a", signal)).toHaveLength(1);
      });
    });

    test("makes no request once it is told to stop", async () => {
      const { vault, peek } = await makeSubject();
      const stopped = AbortSignal.abort(new Error("stopped"));
      await expect(vault.set("a", "1", plain, stopped)).rejects.toThrow("stopped");
      await expect(vault.versions("a", stopped)).rejects.toThrow("stopped");
      await expect(allOf(vault.list(stopped))).rejects.toThrow("stopped");
      expect(peek("a")).toBeUndefined();
    });
  });
}
