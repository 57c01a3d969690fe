import { describe, expect, test } from "@jest/globals";
import type { Vault } from "../port.ts";
import { allOf, onlyItem, plain, signal, type MakeSubject } from "./subject.ts";

class Stopped extends Error {}

const CALLS: ReadonlyArray<readonly [keyof Vault, (vault: Vault, stop: AbortSignal) => Promise<unknown>]> = [
  ["list", (vault, stop) => allOf(vault.list(stop))],
  ["versions", (vault, stop) => vault.versions("a", stop)],
  ["set", (vault, stop) => vault.set("a", "2", plain, stop)],
  ["remove", (vault, stop) => vault.remove("a", stop)],
  ["isDeleted", (vault, stop) => vault.isDeleted("a", stop)],
  ["listDeleted", (vault, stop) => allOf(vault.listDeleted(stop))],
  ["findDeleted", (vault, stop) => vault.findDeleted("a", stop)],
  ["recover", (vault, stop) => vault.recover("a", stop)],
  ["purge", (vault, stop) => vault.purge("a", stop)],
];

export function describeStopping(makeSubject: MakeSubject): void {
  describe("the signal", () => {
    test.each(CALLS)("keeps %s from doing anything once it is aborted", async (_, call) => {
      const { vault, others } = await makeSubject();
      await vault.set("a", "1", plain, signal);
      const reason = new Stopped();
      await expect(call(vault, AbortSignal.abort(reason))).rejects.toBe(reason);
      expect(others.peek("a")).toBe("1");
      expect(await vault.versions("a", signal)).toHaveLength(1);
    });

    test.each(CALLS)("ends %s with its reason when it is aborted on the way", async (_, call) => {
      const { vault } = await makeSubject();
      await vault.set("a", "1", plain, signal);
      const stop = new AbortController();
      const reason = new Stopped();
      const work = call(vault, stop.signal);
      stop.abort(reason);
      await expect(work).rejects.toBe(reason);
      await vault.set("b", "goes on", plain, signal);
    });

    test("ends a list between its pages", async () => {
      const { vault } = await makeSubject();
      const names = Array.from({ length: 30 }, (_, n) => `name-${n}`);
      await Promise.all(names.map((name) => vault.set(name, "v", plain, signal)));
      const stop = new AbortController();
      const reason = new Stopped();
      let pages = 0;
      const work = async (): Promise<void> => {
        for await (const _ of vault.list(stop.signal)) {
          pages += 1;
          stop.abort(reason);
        }
      };
      await expect(work()).rejects.toBe(reason);
      expect(pages).toBe(1);
    });

    test("doesn't matter after the call", async () => {
      const { vault } = await makeSubject();
      const stop = new AbortController();
      await vault.set("a", "1", plain, stop.signal);
      stop.abort();
      expect(await onlyItem(vault)).toMatchObject({ name: "a" });
    });
  });
}
