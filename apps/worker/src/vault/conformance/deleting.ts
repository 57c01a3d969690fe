import { describe, expect, test } from "@jest/globals";
import {
  allOf,
  failure,
  onlyItem,
  outcomeOf,
  plain,
  signal,
  WINDOW_MS,
  type MakeSubject,
} from "./subject.ts";

const done = { result: undefined };

export function describeDeleting(makeSubject: MakeSubject): void {
  describe("remove", () => {
    test("hides the secret at once, and is done after a while", async () => {
      const { vault, others, pass } = await makeSubject();
      await vault.set("Name", "1", { tags: { k: "v" } }, signal);
      await vault.remove("NAME", signal);
      expect(await allOf(vault.list(signal))).toEqual([]);
      expect(others.peek("name")).toBeUndefined();
      expect(await vault.isDeleted("name", signal)).toBe(false);
      expect(await vault.findDeleted("name", signal)).toBeNull();
      expect(await allOf(vault.listDeleted(signal))).toEqual([]);
      pass(WINDOW_MS);
      expect(await vault.isDeleted("name", signal)).toBe(true);
      const deleted = { name: "Name", enabled: true, tags: { k: "v" } };
      expect(await vault.findDeleted("nAME", signal)).toEqual(deleted);
      expect(await allOf(vault.listDeleted(signal))).toEqual([deleted]);
    });

    test("may be asked for twice, and for what was never there or is purged", async () => {
      const { vault, pass } = await makeSubject();
      expect(await outcomeOf(vault.remove("a", signal))).toEqual(done);
      await vault.set("a", "1", plain, signal);
      await vault.remove("a", signal);
      expect(await outcomeOf(vault.remove("a", signal))).toEqual(done);
      pass(WINDOW_MS);
      expect(await outcomeOf(vault.remove("A", signal))).toEqual(done);
      expect(await vault.isDeleted("a", signal)).toBe(true);
      await vault.purge("a", signal);
      expect(await outcomeOf(vault.remove("a", signal))).toEqual(done);
    });

    test("is refused while the secret is being recovered", async () => {
      const { vault, pass } = await makeSubject();
      await vault.set("a", "1", plain, signal);
      await vault.remove("a", signal);
      pass(WINDOW_MS);
      await vault.recover("a", signal);
      expect(await outcomeOf(vault.remove("a", signal))).toEqual(
        failure("VAULT_SECRET_BEING_RECOVERED", "a"),
      );
      pass(WINDOW_MS);
      expect(await onlyItem(vault)).toMatchObject({ name: "a" });
    });

    test("is refused for what belongs to a certificate", async () => {
      const { vault, others } = await makeSubject();
      await others.addManaged("cert", "-----BEGIN");
      expect(await outcomeOf(vault.remove("Cert", signal))).toEqual(failure("VAULT_SECRET_MANAGED", "Cert"));
      expect(await onlyItem(vault)).toMatchObject({ name: "cert" });
    });

    test("takes a disabled secret, and one that somebody else deletes at the same time", async () => {
      const { vault, others, pass } = await makeSubject();
      await vault.set("a", "1", plain, signal);
      await others.amend("a", { enabled: false });
      await Promise.all([vault.remove("a", signal), vault.remove("A", signal), vault.remove("a", signal)]);
      pass(WINDOW_MS);
      expect(await vault.isDeleted("a", signal)).toBe(true);
    });
  });

  describe("listDeleted", () => {
    test("shows what can be recovered and only that, by its current version", async () => {
      const { vault, others, pass } = await makeSubject();
      for (const name of ["A", "b", "C", "d"]) await vault.set(name, "1", { tags: { of: "old" } }, signal);
      await vault.set("a", "2", { tags: { of: "a" } }, signal);
      await others.amend("C", { tags: { of: "c" } });
      await Promise.all(["A", "b", "C"].map((name) => vault.remove(name, signal)));
      pass(WINDOW_MS);
      await vault.remove("d", signal);
      await vault.recover("b", signal);
      expect(await allOf(vault.listDeleted(signal))).toEqual([
        { name: "A", enabled: true, tags: { of: "a" } },
        { name: "C", enabled: true, tags: { of: "c" } },
      ]);
      await vault.purge("a", signal);
      expect(await allOf(vault.listDeleted(signal))).toEqual([
        { name: "C", enabled: true, tags: { of: "c" } },
      ]);
    });

    test("shows each of many once", async () => {
      const { vault, pass } = await makeSubject();
      const names = Array.from({ length: 55 }, (_, n) => `s${String(n).padStart(2, "0")}`);
      await Promise.all(names.map((name) => vault.set(name, "v", { tags: { name } }, signal)));
      await Promise.all(names.map((name) => vault.remove(name, signal)));
      pass(WINDOW_MS);
      const expected = names.map((name) => ({ name, enabled: true, tags: { name } }));
      expect(await allOf(vault.listDeleted(signal))).toEqual(expected);
    });
  });

  describe("isDeleted and findDeleted", () => {
    test("tell whether it will be enabled when it is recovered", async () => {
      const { vault, others, pass } = await makeSubject();
      await vault.set("a", "1", plain, signal);
      await others.amend("a", { enabled: false });
      await vault.remove("a", signal);
      pass(WINDOW_MS);
      const deleted = { name: "a", enabled: false, tags: {} };
      expect(await vault.findDeleted("a", signal)).toEqual(deleted);
      expect(await allOf(vault.listDeleted(signal))).toEqual([deleted]);
    });

    test("say no of what is there, was never there, or is purged", async () => {
      const { vault, pass } = await makeSubject();
      const answers = async (): Promise<unknown[]> => [
        await vault.isDeleted("a", signal),
        await vault.findDeleted("a", signal),
      ];
      expect(await answers()).toEqual([false, null]);
      await vault.set("a", "1", plain, signal);
      expect(await answers()).toEqual([false, null]);
      await vault.remove("a", signal);
      pass(WINDOW_MS);
      expect(await answers()).toEqual([true, { name: "a", enabled: true, tags: {} }]);
      await vault.purge("a", signal);
      expect(await answers()).toEqual([false, null]);
    });
  });
}
