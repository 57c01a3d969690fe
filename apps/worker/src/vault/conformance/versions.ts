import { describe, expect, test } from "@jest/globals";
import type { VaultVersion } from "../port.ts";
import { plain, signal, WINDOW_MS, type MakeSubject } from "./subject.ts";

const byCreation = (one: VaultVersion, other: VaultVersion): number => one.created - other.created;

export function describeVersions(makeSubject: MakeSubject): void {
  describe("versions", () => {
    test("of a secret that isn't there are none, be it unknown, deleted or purged", async () => {
      const { vault, pass } = await makeSubject();
      const none = async (): Promise<void> => expect(await vault.versions("a", signal)).toEqual([]);
      await none();
      await vault.set("a", "1", plain, signal);
      await vault.remove("a", signal);
      await none();
      pass(WINDOW_MS);
      await none();
      await vault.recover("a", signal);
      await none();
      pass(WINDOW_MS);
      expect(await vault.versions("a", signal)).toHaveLength(1);
      await vault.remove("a", signal);
      pass(WINDOW_MS);
      await vault.purge("a", signal);
      await none();
    });

    test("have properties and times of their own, the secret's name, and no value", async () => {
      const { vault, others, pass } = await makeSubject();
      const rich = { tags: { n: "1" }, contentType: "c", notBefore: 7, expires: 4_102_444_800 };
      const first = await vault.set("Name", "first value", rich, signal);
      pass(3_000);
      const second = await vault.set("NAME", "second value", { tags: { n: "2" } }, signal);
      pass(3_000);
      await others.amend("name", { enabled: false, tags: { n: "3" } });
      const versions = await vault.versions("nAME", signal);
      const [one, other, ...rest] = versions.toSorted(byCreation);
      expect(rest).toEqual([]);
      const common = { name: "Name", managed: false };
      expect(one).toEqual({
        ...common,
        ...rich,
        enabled: true,
        version: first.version,
        created: first.updated,
        updated: first.updated,
      } satisfies VaultVersion);
      expect(other).toEqual({
        ...common,
        enabled: false,
        tags: { n: "3" },
        contentType: undefined,
        notBefore: undefined,
        expires: undefined,
        version: second.version,
        created: second.updated,
        updated: expect.any(Number),
      });
      expect(second.updated).toBeGreaterThanOrEqual(first.updated + 3);
      expect(other?.updated).toBeGreaterThanOrEqual(second.updated + 3);
      expect(JSON.stringify(versions)).not.toMatch(/first value|second value/);
    });

    test("come in the order of their ids, not of time, and all of them however many", async () => {
      const { vault } = await makeSubject();
      const written: string[] = [];
      for (let n = 0; n < 60; n += 1) written.push((await vault.set("a", `${n}`, plain, signal)).version);
      const ids = (await vault.versions("a", signal)).map(({ version }) => version);
      expect(ids).toEqual(written.toSorted());
      expect(ids).not.toEqual(written);
      expect(new Set(ids).size).toBe(60);
      for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
    });

    test("tell times in whole seconds", async () => {
      const { vault, now } = await makeSubject();
      const started = Math.floor(now() / 1000);
      await vault.set("a", "1", plain, signal);
      for (const { created, updated } of await vault.versions("a", signal)) {
        expect(Number.isInteger(created)).toBe(true);
        expect(updated).toBe(created);
        expect(created).toBeGreaterThanOrEqual(started);
        expect(created).toBeLessThanOrEqual(Math.floor(now() / 1000));
      }
    });
  });
}
