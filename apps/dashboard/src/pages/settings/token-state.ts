import type { Token } from "../../api/tokens.ts";

export type TokenState = "active" | "expiring" | "expired" | "revoked";

/** So long before its end a token is marked, so that there is time to replace it. */
const SOON_MS = 7 * 86_400_000;
/** One that lasts for hours is always near its end. */
const SHORT_MS = 2 * 86_400_000;

type Life = Pick<Token, "createdAt" | "expiresAt" | "revokedAt">;

/** Whether a token works, and whether it soon won't. */
export function tokenState({ createdAt, expiresAt, revokedAt }: Life, now: number): TokenState {
  if (revokedAt !== null) return "revoked";
  if (expiresAt === null) return "active";
  const end = Date.parse(expiresAt);
  if (end <= now) return "expired";
  const isShort = end - Date.parse(createdAt) <= SHORT_MS;
  return end - now <= SOON_MS && !isShort ? "expiring" : "active";
}

export const isUsable = (token: Life, now: number): boolean => {
  const state = tokenState(token, now);
  return state === "active" || state === "expiring";
};
