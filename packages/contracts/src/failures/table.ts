import type { FailureDefinition, FailureScope, RetryClass } from "./definition.ts";
import { entraFailures } from "./entra.ts";
import { sourceFailures } from "./source.ts";
import { systemFailures } from "./system.ts";
import { vaultFailures } from "./vault.ts";
import { warnings } from "./warnings.ts";

/** Every failure that a record, a run or a validation can carry. The documentation's page is made from it. */
export const failureTable = {
  ...sourceFailures,
  ...vaultFailures,
  ...entraFailures,
  ...systemFailures,
  ...warnings,
} as const;

export type FailureCode = keyof typeof failureTable;

/** What a failure's sentence is filled with. Never a secret's value. */
export type FailureFields = Readonly<Record<string, string | number>>;

/** A failure as it is recorded: the sentences are made from it when somebody looks. */
export type Failure = Readonly<{
  code: FailureCode;
  fields: FailureFields;
  /** The vault's or Entra's id of the failed request, for a support case. */
  requestId?: string;
  /** How long the other side asked to wait, in milliseconds. */
  retryAfterMs?: number;
}>;

export function isFailureCode(code: string): code is FailureCode {
  return Object.hasOwn(failureTable, code);
}

/** Numbers are amounts, and written as such; codes are texts. */
const written = (value: string | number): string =>
  typeof value === "number" ? value.toLocaleString("en") : value;

const fill = (template: string, fields: FailureFields): string =>
  template.replaceAll(/\{(\w+)\}/g, (_, field: string) => written(fields[field] ?? "?"));

/** The two sentences that a person gets: what happened, and what to do. */
export function explainFailure(code: FailureCode, fields: FailureFields): { message: string; hint: string } {
  const { message, hint } = failureTable[code];
  return { message: fill(message, fields), hint: fill(hint, fields) };
}

export function failureScope(code: FailureCode): FailureScope {
  return failureTable[code].scope;
}

export function retryClass(code: FailureCode): RetryClass {
  return (failureTable[code] satisfies FailureDefinition).retry;
}

/** Failures that tell of a change that somebody else made in the vault. */
export const driftCodes = ["VAULT_SECRET_CHANGED", "VAULT_SECRET_MISSING"] as const satisfies FailureCode[];

/** Failures over what the vault holds, which a secret may be allowed to take over. */
export const adoptableCodes = [
  "VAULT_SECRET_EXISTS",
  "VAULT_SECRET_LEFT",
  "VAULT_NAME_HELD_BY_DELETED",
] as const satisfies FailureCode[];

export const isOneOf = (codes: readonly FailureCode[], code: string | null): boolean =>
  codes.some((one) => one === code);
