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

export function describeRecovering(makeSubject: MakeSubject): void {
  describe("recover", () => {
    test("brings a secret back as it was, with all versions, after a while", async () => {
      const { vault, others, pass } = await makeSubject();
      await vault.set("Name", "1", plain, signal);
      await vault.set("name", "2", { tags: { k: "v" }, contentType: "c", expires: 9 }, signal);
      await others.amend("name", { enabled: false });
      const [before, versions] = [await onlyItem(vault), await vault.versions("name", signal)];
      await vault.remove("name", signal);
      pass(WINDOW_MS);
      await vault.recover("NAME", signal);
      expect(await allOf(vault.list(signal))).toEqual([]);
      expect(await vault.isDeleted("name", signal)).toBe(false);
      expect(await allOf(vault.listDeleted(signal))).toEqual([]);
      pass(WINDOW_MS);
      expect(await onlyItem(vault)).toEqual(before);
      expect(await vault.versions("name", signal)).toEqual(versions);
      expect(others.peek("name")).toBe("2");
    });

    test("is refused while the deletion isn't done", async () => {
      const { vault } = await makeSubject();
      await vault.set("a", "1", plain, signal);
      await vault.remove("a", signal);
      expect(await outcomeOf(vault.recover("A", signal))).toEqual(failure("VAULT_SECRET_BEING_DELETED", "A"));
    });

    test("is refused for what was never there, is there, or is purged", async () => {
      const { vault, pass } = await makeSubject();
      const gone = failure("VAULT_SECRET_GONE", "a");
      expect(await outcomeOf(vault.recover("a", signal))).toEqual(gone);
      await vault.set("a", "1", plain, signal);
      expect(await outcomeOf(vault.recover("a", signal))).toEqual(gone);
      await vault.remove("a", signal);
      pass(WINDOW_MS);
      await vault.purge("a", signal);
      expect(await outcomeOf(vault.recover("a", signal))).toEqual(gone);
    });

    test("is refused while a recovery is under way", async () => {
      const { vault, pass } = await makeSubject();
      await vault.set("a", "1", plain, signal);
      await vault.remove("a", signal);
      pass(WINDOW_MS);
      await vault.recover("a", signal);
      const refused = failure("VAULT_SECRET_BEING_RECOVERED", "a");
      expect(await outcomeOf(vault.recover("a", signal))).toEqual(refused);
      expect(await outcomeOf(vault.purge("a", signal))).toEqual(refused);
      pass(WINDOW_MS);
      expect(await onlyItem(vault)).toMatchObject({ name: "a" });
    });
  });

  describe("purge", () => {
    test("is final, and leaves nothing to a new secret of the name", async () => {
      const { vault, others, pass } = await makeSubject();
      await vault.set("Name", "1", { tags: { k: "v" } }, signal);
      await vault.set("Name", "2", plain, signal);
      await vault.remove("name", signal);
      pass(WINDOW_MS);
      await vault.purge("NAME", signal);
      expect(await vault.findDeleted("name", signal)).toBeNull();
      pass(WINDOW_MS);
      await vault.set("NAME", "3", plain, signal);
      expect(await onlyItem(vault)).toMatchObject({ name: "NAME", tags: {} });
      expect(await vault.versions("name", signal)).toHaveLength(1);
      expect(others.peek("name")).toBe("3");
    });

    test("may be asked for what is purged or was never there, and harms nothing that is there", async () => {
      const { vault, pass } = await makeSubject();
      expect(await outcomeOf(vault.purge("a", signal))).toEqual(done);
      await vault.set("a", "1", plain, signal);
      expect(await outcomeOf(vault.purge("a", signal))).toEqual(done);
      expect(await onlyItem(vault)).toMatchObject({ name: "a" });
      await vault.remove("a", signal);
      pass(WINDOW_MS);
      expect(await outcomeOf(vault.purge("a", signal))).toEqual(done);
      expect(await outcomeOf(vault.purge("a", signal))).toEqual(done);
    });

    test("is refused while the deletion isn't done", async () => {
      const { vault, pass } = await makeSubject();
      await vault.set("a", "1", plain, signal);
      await vault.remove("a", signal);
      expect(await outcomeOf(vault.purge("a", signal))).toEqual(failure("VAULT_SECRET_BEING_DELETED", "a"));
      pass(WINDOW_MS);
      expect(await vault.isDeleted("a", signal)).toBe(true);
    });
  });
}
