import { describe, expect, test } from "@jest/globals";
import type { Vault, VersionProperties } from "../port.ts";
import {
  allOf,
  failure,
  onlyItem,
  outcomeOf,
  plain,
  signal,
  tagsOf,
  type MakeSubject,
  type Outcome,
} from "./subject.ts";

const LAST_SECOND = 253_402_300_799;

/** Names that Key Vault refuses. Those that an address can't hold, like the empty one, aren't the port's to take. */
const BAD_NAMES = ["a_b", "a.b", "a b", "ä", "a/b", "a%20b", "a?b", "a#b", "n".repeat(128)] as const;

const refused = (detail: string): Outcome<never> => ({
  failure: { code: "VAULT_REQUEST_REFUSED", fields: { vaultName: "a", detail } },
});

export function describeLimits(makeSubject: MakeSubject): void {
  describe("limits", () => {
    const setting = (
      vault: Vault,
      properties: Partial<VersionProperties>,
      value = "v",
    ): Promise<Outcome<unknown>> => outcomeOf(vault.set("a", value, { ...plain, ...properties }, signal));

    test("are reached with nothing lost", async () => {
      const { vault, others } = await makeSubject();
      const name = "n".repeat(127);
      const properties = {
        tags: { ...tagsOf(14), ["k".repeat(512)]: "v".repeat(256) },
        contentType: "c".repeat(255),
        notBefore: 0,
        expires: LAST_SECOND,
      };
      await vault.set(name, "ü".repeat(25_600), properties, signal);
      expect(others.peek(name)).toBe("ü".repeat(25_600));
      expect(await onlyItem(vault)).toMatchObject({ name, ...properties });
    });

    test("take the empty value", async () => {
      const { vault, others } = await makeSubject();
      await vault.set("a", "", plain, signal);
      expect(others.peek("a")).toBe("");
    });

    test.each([2_147_483_647, 2_147_483_648, 4_294_967_295, 4_294_967_296, 7_258_118_400, LAST_SECOND])(
      "of time don't begin before the year 10000: %d",
      async (seconds) => {
        const { vault } = await makeSubject();
        await vault.set("a", "1", { tags: {}, notBefore: seconds, expires: seconds }, signal);
        expect(await onlyItem(vault)).toMatchObject({ notBefore: seconds, expires: seconds });
        const [version] = await vault.versions("a", signal);
        expect(version).toMatchObject({ notBefore: seconds, expires: seconds });
      },
    );

    test("are told by what was too much, and nothing is written", async () => {
      const { vault } = await makeSubject();
      const tooLong = "x".repeat(25_601);
      expect(await setting(vault, {}, tooLong)).toEqual(failure("VAULT_VALUE_REFUSED", "a"));
      expect(await setting(vault, { tags: tagsOf(16) })).toEqual(refused("BadParameter"));
      expect(await setting(vault, { tags: { k: "v".repeat(257) } })).toEqual(refused("BadParameter"));
      expect(await setting(vault, { tags: { ["k".repeat(513)]: "v" } })).toEqual(refused("BadParameter"));
      expect(await setting(vault, { contentType: "c".repeat(256) })).toEqual(refused("BadParameter"));
      expect(await setting(vault, { tags: tagsOf(16) }, tooLong)).toEqual(refused("BadParameter"));
      expect(await allOf(vault.list(signal))).toEqual([]);
    });

    test.each(BAD_NAMES)("hold for the name %p, whatever is asked of it", async (name) => {
      const { vault } = await makeSubject();
      const isRefused = failure("VAULT_NAME_REFUSED", name);
      expect(await outcomeOf(vault.set(name, "v", plain, signal))).toEqual(isRefused);
      expect(await outcomeOf(vault.versions(name, signal))).toEqual(isRefused);
      expect(await outcomeOf(vault.remove(name, signal))).toEqual(isRefused);
      expect(await outcomeOf(vault.isDeleted(name, signal))).toEqual(isRefused);
      expect(await outcomeOf(vault.findDeleted(name, signal))).toEqual(isRefused);
      expect(await outcomeOf(vault.recover(name, signal))).toEqual(isRefused);
      expect(await outcomeOf(vault.purge(name, signal))).toEqual(isRefused);
    });
  });
}
