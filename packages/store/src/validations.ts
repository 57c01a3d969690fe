import type { FailureCode, FailureFields } from "@kvsync/contracts";
import type { Queryable } from "./database.ts";
import type { Validation } from "./generated/client.ts";

export type ValidationRow = Validation;

/** The steps of a validation, in their order. */
export const validationSteps = [
  "issuer_reachable",
  "assertion_minted",
  "token_exchanged",
  "secret_created",
  "secret_deleted",
  "secret_purged",
] as const;
export type ValidationStepName = (typeof validationSteps)[number];

/** One step's result. */
export type ValidationStep = Readonly<{
  step: ValidationStepName;
  /** skipped: not needed for success, and not possible here (a purge that isn't allowed) */
  state: "pending" | "running" | "succeeded" | "failed" | "skipped";
  startedAt?: string;
  durationMs?: number;
  code?: FailureCode;
  fields?: FailureFields;
  requestId?: string;
}>;

export async function createValidation(
  database: Queryable,
  validation: Readonly<{ syncId: string; environmentId: string }>,
): Promise<ValidationRow> {
  const steps = validationSteps.map((step) => ({ step, state: "pending" }));
  return database.validation.create({ data: { ...validation, steps, nextAttemptAt: new Date() } });
}

export async function findValidation(
  database: Queryable,
  syncId: string,
  id: string,
): Promise<ValidationRow | null> {
  return database.validation.findFirst({ where: { id, syncId } });
}

/** A sync's validations, newest first. */
export async function listValidations(
  database: Queryable,
  syncId: string,
  limit: number,
): Promise<ValidationRow[]> {
  return database.validation.findMany({ where: { syncId }, orderBy: { createdAt: "desc" }, take: limit });
}

/** Ends every validation of a sync that hasn't ended: its settings changed, or it was disconnected. */
export async function abandonValidations(database: Queryable, syncId: string): Promise<void> {
  await database.validation.updateMany({
    where: { syncId, endedAt: null },
    data: {
      state: "failed",
      failureCode: "SYNC_INCOMPLETE",
      failureFields: {},
      endedAt: new Date(),
      nextAttemptAt: null,
    },
  });
}

/**
 * Takes a validation that is due, for `claimMs`; null when it has ended, isn't due or another worker has it.
 */
export async function claimValidation(
  database: Queryable,
  id: string,
  claimMs: number,
): Promise<ValidationRow | null> {
  const rows = await database.$queryRaw<ValidationRow[]>`
    UPDATE "Validation" SET "state" = 'running', "attempts" = "attempts" + 1,
      "claimedUntil" = now() + ${claimMs} * interval '1 millisecond', "nextAttemptAt" = NULL
    WHERE "id" = ${id}::uuid AND "endedAt" IS NULL AND ("claimedUntil" IS NULL OR "claimedUntil" <= now())
      AND ("nextAttemptAt" IS NULL OR "nextAttemptAt" <= now() + interval '250 milliseconds')
    RETURNING *`;
  return rows[0] ?? null;
}

/** Shows how far a validation is. */
export async function saveValidationSteps(
  database: Queryable,
  id: string,
  steps: readonly ValidationStep[],
): Promise<void> {
  await database.$executeRaw`
    UPDATE "Validation" SET "steps" = ${JSON.stringify(steps)}::jsonb WHERE "id" = ${id}::uuid AND "endedAt" IS NULL`;
}

export type ValidationEnd =
  | { readonly state: "succeeded" }
  | { readonly state: "failed"; readonly code: FailureCode; readonly fields: FailureFields }
  | {
      readonly state: "waiting";
      readonly code: FailureCode;
      readonly fields: FailureFields;
      readonly retryInMs: number;
    };

/**
 * Ends an attempt of a validation: for good, or until the next attempt. False when the claim was lost meanwhile, or the
 * validation was abandoned; then nothing changes.
 */
export async function endValidationAttempt(
  database: Queryable,
  validation: Readonly<{ id: string; attempts: number }>,
  steps: readonly ValidationStep[],
  end: ValidationEnd,
): Promise<boolean> {
  const failure = end.state === "succeeded" ? null : end;
  const { count } = await database.validation.updateMany({
    where: { id: validation.id, attempts: validation.attempts, endedAt: null },
    data: {
      state: end.state,
      steps: [...steps],
      failureCode: failure?.code ?? null,
      failureFields: failure?.fields ?? {},
      claimedUntil: null,
      endedAt: end.state === "waiting" ? null : new Date(),
      nextAttemptAt: end.state === "waiting" ? new Date(Date.now() + end.retryInMs) : null,
    },
  });
  return count === 1;
}
