import { describe, expect, test } from "@jest/globals";
import type { VaultItem } from "../port.ts";
import { allOf, onlyItem, plain, signal, WINDOW_MS, type MakeSubject } from "./subject.ts";

const LONG_AGO = 1_000;
const LATE = 253_402_300_799;

export function describeListing(makeSubject: MakeSubject): void {
  describe("list", () => {
    test("of an empty vault is empty", async () => {
      const { vault } = await makeSubject();
      expect(await allOf(vault.list(signal))).toEqual([]);
    });

    test.each([24, 25, 26, 60])("shows each of %d secrets once, ordered without case", async (count) => {
      const { vault } = await makeSubject();
      const names = Array.from({ length: count }, (_, n) => `${n % 2 === 0 ? "Upper" : "lower"}-${n}`);
      await Promise.all(names.map((name) => vault.set(name, `value of ${name}`, plain, signal)));
      let requests = 0;
      const items = await allOf(vault.list(signal, async () => void (requests += 1)));
      const inOrder = names.toSorted((one, other) => (one.toUpperCase() < other.toUpperCase() ? -1 : 1));
      expect(items.map(({ name }) => name)).toEqual(inOrder);
      expect(JSON.stringify(items)).not.toContain("value of");
      if (count <= 25) expect(requests).toBe(1);
      else expect(requests).toBeGreaterThanOrEqual(Math.ceil(count / 25));
    });

    test("goes on behind empty pages, deleted secrets too", async () => {
      const { vault, pass } = await makeSubject({ emptyPages: true });
      const names = Array.from({ length: 30 }, (_, n) => `s${String(n).padStart(2, "0")}`);
      await Promise.all(names.map((name) => vault.set(name, "v", plain, signal)));
      const pages: number[] = [];
      for await (const page of vault.list(signal)) pages.push(page.length);
      expect(pages).toEqual([0, 25, 0, 5]);
      await Promise.all(names.map((name) => vault.remove(name, signal)));
      pass(WINDOW_MS);
      expect((await allOf(vault.listDeleted(signal))).map(({ name }) => name)).toEqual(names);
      expect(await allOf(vault.list(signal))).toEqual([]);
    });

    test("sees what comes behind the page that it has shown, and not what goes", async () => {
      const { vault } = await makeSubject();
      const names = Array.from({ length: 30 }, (_, n) => `s${String(n).padStart(2, "0")}`);
      await Promise.all(names.map((name) => vault.set(name, "v", plain, signal)));
      const seen: string[] = [];
      for await (const page of vault.list(signal)) {
        if (seen.length === 0) {
          await vault.remove("s29", signal);
          await vault.set("t", "v", plain, signal);
          await vault.set("a", "v", plain, signal);
        }
        seen.push(...page.map(({ name }) => name));
      }
      expect(seen).toEqual([...names.slice(0, 29), "t"]);
    });

    test("shows of a secret all properties of its current version and no value", async () => {
      const { vault, others, now } = await makeSubject();
      const tags = { team: "x", "strange key: ä/&": "ünïcödé \u{1F511}", empty: "" };
      const properties = { tags, contentType: "text/plain", notBefore: LONG_AGO, expires: LATE };
      const started = Math.floor(now() / 1000);
      await vault.set("Plain", "1", { tags: { gone: "x" } }, signal);
      const written = await vault.set("Plain", "2", properties, signal);
      await others.amend("Plain", { enabled: false });
      const item = await onlyItem(vault);
      expect(item).toEqual({
        name: "Plain",
        enabled: false,
        managed: false,
        updated: expect.any(Number),
        ...properties,
      } satisfies Record<keyof VaultItem, unknown>);
      expect(item.updated).toBeGreaterThanOrEqual(written.updated);
      expect(item.updated).toBeGreaterThanOrEqual(started);
      expect(item.updated).toBeLessThanOrEqual(Math.floor(now() / 1000));
    });

    test("tells what wasn't given as undefined, and no tags as none", async () => {
      const { vault } = await makeSubject();
      await vault.set("a", "1", plain, signal);
      const { contentType, notBefore, expires, tags } = await onlyItem(vault);
      expect({ contentType, notBefore, expires, tags }).toEqual({
        contentType: undefined,
        notBefore: undefined,
        expires: undefined,
        tags: {},
      });
    });

    test("tells what belongs to a certificate", async () => {
      const { vault, others } = await makeSubject();
      await others.addManaged("cert", "-----BEGIN");
      expect(await onlyItem(vault)).toMatchObject({ name: "cert", managed: true, enabled: true });
      expect(await vault.versions("cert", signal)).toMatchObject([{ name: "cert", managed: true }]);
    });

    test("shows what somebody else changed around the value, and that it moved `updated`", async () => {
      const { vault, others, pass } = await makeSubject();
      await vault.set("a", "1", { tags: { ours: "1" }, expires: LATE }, signal);
      const before = await onlyItem(vault);
      pass(5_000);
      await others.amend("a", { tags: { theirs: "2" }, contentType: "c", notBefore: LONG_AGO });
      const after = await onlyItem(vault);
      const changed = { tags: { theirs: "2" }, contentType: "c", notBefore: LONG_AGO };
      expect(after).toEqual({ ...before, ...changed, updated: after.updated });
      expect(after.updated).toBeGreaterThanOrEqual(before.updated + 5);
    });
  });
}
