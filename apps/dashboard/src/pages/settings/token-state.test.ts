import { expect, test } from "@jest/globals";
import { tokenState } from "./token-state.ts";

const NOW = Date.UTC(2026, 10, 25);
const day = (count: number): string => new Date(NOW + count * 86_400_000).toISOString();

test.each([
  ["without an end", { createdAt: day(-90), expiresAt: null, revokedAt: null }, "active"],
  ["with a month to go", { createdAt: day(-60), expiresAt: day(30), revokedAt: null }, "active"],
  ["with six days to go", { createdAt: day(-24), expiresAt: day(6), revokedAt: null }, "expiring"],
  ["that was made for a day", { createdAt: day(0), expiresAt: day(1), revokedAt: null }, "active"],
  ["past its end", { createdAt: day(-30), expiresAt: day(0), revokedAt: null }, "expired"],
  ["that was revoked", { createdAt: day(-30), expiresAt: day(-1), revokedAt: day(-2) }, "revoked"],
] as const)("a token %s", (_, life, state) => {
  expect(tokenState(life, NOW)).toBe(state);
});
