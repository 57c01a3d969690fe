/*
 * What workers keep in Redis about a vault's budget, as far as others read it. Workers write it with scripts of their own
 * (apps/worker/src/vault/budget), which share these numbers.
 */

export type BudgetKind = "write" | "read";

/** The key of a vault's budget: one hash. */
export const vaultBudgetKey = (prefix: string, kind: BudgetKind, vaultUrl: string): string =>
  `${prefix}:budget:${kind}:${new URL(vaultUrl).host}`;

/** By which part of itself the rate grows in a second after a hold, and up to where; from there on it grows evenly. */
export const BUDGET_RECOVERY = { growth: 0.07, evenFrom: 0.25 } as const;

/** What of a budget tells whether the vault is throttled: fields of its hash, times in Unix milliseconds. */
export type BudgetStanding = Readonly<{
  /** Requests in a window. */
  limit: number;
  /** Until when nobody is given anything. */
  held: number;
  /** The part of the even rate that the latest hold left. */
  rate: number;
  /** When the rate was cut for the first time after it had been whole. */
  since: number;
}>;
export const BUDGET_FIELDS = ["limit", "held", "rate", "since"] as const satisfies Array<
  keyof BudgetStanding
>;

/** Which part of the even rate is given at a time, after a hold that left `rate` and ended at `held`. */
export function recoveredRate({ rate, held }: Pick<BudgetStanding, "rate" | "held">, now: number): number {
  const { growth, evenFrom } = BUDGET_RECOVERY;
  const seconds = Math.max(0, now - held) / 1_000;
  if (rate >= evenFrom) return Math.min(1, rate + growth * evenFrom * seconds);
  const slow = Math.log(evenFrom / rate) / growth;
  if (seconds < slow) return rate * Math.exp(growth * seconds);
  return Math.min(1, evenFrom + growth * evenFrom * (seconds - slow));
}
