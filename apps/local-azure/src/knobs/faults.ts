import type { Operation } from "../operations.ts";
import type { FaultEffect, FaultRule } from "./schema.ts";

/** What a rule is held against. */
export type FaultTarget = Readonly<{ operation: Operation; vault?: string; secret?: string }>;

/**
 * The effect of the first rule that fits the request and whose dice fall. Uses up one of the rule's `remaining`.
 *
 * @param roll a number from 0 to 1, drawn anew for each rule that fits and is not certain
 */
export function chooseFault(
  rules: readonly FaultRule[],
  when: FaultRule["when"],
  target: FaultTarget,
  roll: () => number,
): FaultEffect | undefined {
  for (const rule of rules) {
    if (rule.when !== when || rule.remaining === 0 || !fits(rule, target)) continue;
    if (rule.rate < 1 && roll() >= rule.rate) continue;
    if (rule.remaining !== undefined) rule.remaining -= 1;
    return rule.effect;
  }
  return undefined;
}

function fits(rule: FaultRule, target: FaultTarget): boolean {
  return (
    (rule.operation === "*" || rule.operation === target.operation) &&
    (rule.vault === undefined || sameName(rule.vault, target.vault)) &&
    (rule.secret === undefined || sameName(rule.secret, target.secret))
  );
}

function sameName(one: string, other: string | undefined): boolean {
  return other !== undefined && one.toLowerCase() === other.toLowerCase();
}
