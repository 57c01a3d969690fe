import { describe, expect, test } from "@jest/globals";
import { defaultRotationPolicy as policy, planRotation, type KeyOnRing } from "./rotation.ts";

const HOUR = 3_600_000;
const NOW = new Date("2026-06-01T00:00:00Z");
const ago = (hours: number): Date => new Date(NOW.getTime() - hours * HOUR);
const key = (kid: string, state: KeyOnRing["state"], times: Partial<KeyOnRing> = {}): KeyOnRing => ({
  kid,
  state,
  publishedAt: ago(1000),
  activatedAt: null,
  retiredAt: null,
  ...times,
});
const active = key("a", "active", { activatedAt: ago(100) });

describe("the rotation of signing keys", () => {
  test("the very first start makes a key that signs at once, and the one after it", () => {
    expect(planRotation([], NOW, policy, "scheduled")).toEqual([
      { do: "create", state: "active" },
      { do: "create", state: "next" },
    ]);
  });

  test("nothing happens before the active key's time is over", () => {
    expect(planRotation([active, key("n", "next")], NOW, policy, "scheduled")).toEqual([]);
  });

  test("when its time is over, a next key that was published a day takes over, and another one follows", () => {
    const old = { ...active, activatedAt: ago(91 * 24) };
    expect(planRotation([old, key("n", "next", { publishedAt: ago(24) })], NOW, policy, "scheduled")).toEqual(
      [
        { do: "promote", next: "n", active: "a" },
        { do: "create", state: "next" },
      ],
    );
  });

  test("a key that was published less than 24 h ago doesn't sign, whether it is due or asked for", () => {
    const fresh = key("n", "next", { publishedAt: ago(23.9) });
    expect(planRotation([{ ...active, activatedAt: ago(91 * 24) }, fresh], NOW, policy, "scheduled")).toEqual(
      [],
    );
    expect(planRotation([active, fresh], NOW, policy, "now")).toEqual([]);
  });

  test("an emergency doesn't wait", () => {
    const fresh = key("n", "next", { publishedAt: ago(0) });
    expect(planRotation([active, fresh], NOW, policy, "emergency")[0]).toEqual({
      do: "promote",
      next: "n",
      active: "a",
    });
  });

  test("a retired key stays published for 48 h after its last signature", () => {
    const ring = [active, key("n", "next")];
    expect(
      planRotation([...ring, key("r", "retired", { retiredAt: ago(47) })], NOW, policy, "scheduled"),
    ).toEqual([]);
    expect(
      planRotation([...ring, key("r", "retired", { retiredAt: ago(48) })], NOW, policy, "scheduled"),
    ).toEqual([{ do: "remove", id: "r" }]);
  });
});
