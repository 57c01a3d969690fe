import {
  BUDGET_FIELDS,
  recoveredRate,
  vaultBudgetKey,
  type BudgetKind,
  type BudgetStanding,
} from "@kvsync/contracts";
import type { Redis } from "ioredis";

/** A vault whose workers allow themselves less at the moment, because it refused requests. */
export type VaultBudgetState = Readonly<{
  vaultUrl: string;
  kind: BudgetKind;
  /** Requests in a window, and how many of them at the moment. */
  limit: number;
  currentLimit: number;
  since: Date;
  /** Until when none is sent at all, or null. */
  heldUntil: Date | null;
}>;

/** Which of these vaults are throttled. Rejects while Redis is away. */
export async function readBudgets(
  connection: Redis,
  prefix: string,
  vaultUrls: readonly string[],
): Promise<VaultBudgetState[]> {
  const asked = vaultUrls.flatMap((vaultUrl) =>
    (["write", "read"] as const).map((kind) => ({ vaultUrl, kind })),
  );
  const [[seconds, micros], found] = await Promise.all([
    connection.time(),
    Promise.all(
      asked.map(({ kind, vaultUrl }) =>
        connection.hmget(vaultBudgetKey(prefix, kind, vaultUrl), ...BUDGET_FIELDS),
      ),
    ),
  ]);
  const now = Number(seconds) * 1_000 + Number(micros) / 1_000;
  return asked.flatMap((budget, index) => {
    const standing = standingOf(found[index] ?? []);
    if (standing === undefined) return [];
    const { limit, held, since } = standing;
    const part = held > now ? 0 : recoveredRate(standing, now);
    if (part >= 1) return [];
    const heldUntil = held > now ? new Date(held) : null;
    return [{ ...budget, limit, currentLimit: Math.floor(limit * part), since: new Date(since), heldUntil }];
  });
}

/** Undefined for a budget that never was cut. */
function standingOf(values: ReadonlyArray<string | null>): BudgetStanding | undefined {
  if (values.length === 0 || values.includes(null)) return undefined;
  const [limit = 0, held = 0, rate = 1, since = 0] = values.map(Number);
  return { limit, held, rate, since };
}
