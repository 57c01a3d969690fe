import type { Cloud, Failure } from "@kvsync/contracts";
import type { News } from "@kvsync/queue";
import type { Logger } from "@kvsync/runtime";
import {
  activateSync,
  claimValidation,
  createProbe,
  endValidationAttempt,
  note,
  readSync,
  removeProbe,
  saveValidationSteps,
  setSyncFailure,
  type Database,
  type SyncRow,
  type ValidationEnd,
  type ValidationRow,
} from "@kvsync/store";
import { FailureError } from "../failure-error.ts";
import type { ActiveKeySource } from "../identity/signing.ts";
import { Guard, Halt } from "../sync/halt.ts";
import { backoff, passesByItself, type RetryPolicy } from "../sync/retry.ts";
import { connectionOf } from "../sync/connection.ts";
import type { Vaults } from "../sync/vaults.ts";
import { checkIssuer } from "./issuer-check.ts";
import { probeName, probeTags, PROBE_VALUE, waitUntilDeleted } from "./probe.ts";
import { validated } from "./audit.ts";
import { StepLog } from "./steps.ts";

export type ValidationDependencies = Readonly<{
  database: Database;
  /** This worker's name in the audit log. */
  owner: string;
  cloud: Cloud;
  issuer: string;
  keys: ActiveKeySource;
  vaults: Pick<Vaults, "openAnew">;
  retry: RetryPolicy;
  logger: Logger;
  /** Told whenever something of a sync changed that people watch. */
  news?: Pick<News, "tell"> | undefined;
}>;

export type ValidationOutcome =
  /** It has ended already, isn't due, or another worker has it. */
  | { readonly kind: "nothing" }
  | { readonly kind: "succeeded"; readonly syncId: string }
  | { readonly kind: "failed"; readonly failure: Failure }
  /** Azure may not have propagated a setting yet, or something passes by itself. */
  | { readonly kind: "waiting"; readonly failure: Failure; readonly retryInMs: number };

/** A claim outlives the longest attempt: six steps, of which the wait for a deletion is the longest. */
const CLAIM_MS = 180_000;
/** The upkeep leaves a probe alone for this long, in milliseconds. */
const PROBE_KEEP_OFF_MS = 240_000;
/** After a sync has been valid once, a transient failure is retried this long (ms) before the validation gives up. */
const PATIENCE_MS = 10 * 60_000;

/**
 * One attempt of a validation: step by step from the issuer to the temporary secret. When it succeeds the sync becomes
 * active and its first check is wanted.
 */
export async function validate(
  dependencies: ValidationDependencies,
  validationId: string,
  stop: AbortSignal,
): Promise<ValidationOutcome> {
  const { database, logger, retry } = dependencies;
  const validation = await claimValidation(database, validationId, CLAIM_MS);
  if (validation === null) return { kind: "nothing" };
  const sync = await readSync(database, validation.syncId);
  if (sync === null) return { kind: "nothing" };
  const log = new StepLog(async (steps) => {
    await saveValidationSteps(database, validationId, steps);
    dependencies.news?.tell(sync.id);
  });
  try {
    await runSteps(dependencies, { ...sync, environmentId: validation.environmentId }, log, stop);
  } catch (error) {
    const failure = failureOf(error);
    logger.warn(
      { err: error, validationId, syncId: sync.id, code: failure.code },
      "a validation's attempt failed",
    );
    return endUnsuccessfully(dependencies, validation, sync, log, failure, retry);
  }
  const isEnded = await end(dependencies, validation, sync, log, { state: "succeeded" });
  return isEnded ? { kind: "succeeded", syncId: sync.id } : { kind: "nothing" };
}

/** Ends an attempt, with all that goes with it. False when the claim was lost meanwhile, and nothing was done. */
async function end(
  { database, owner }: ValidationDependencies,
  validation: ValidationRow,
  sync: SyncRow,
  log: StepLog,
  how: ValidationEnd,
): Promise<boolean> {
  return database.$transaction(async (transaction) => {
    if (!(await endValidationAttempt(transaction, validation, log.steps, how))) return false;
    if (how.state === "succeeded") await activateSync(transaction, sync.id, validation.environmentId);
    if (how.state === "failed") await setSyncFailure(transaction, sync.id, how);
    const entry = validated(sync, validation, log, how);
    if (entry !== null) await note(transaction, [{ ...entry, worker: owner }]);
    return true;
  });
}

async function endUnsuccessfully(
  dependencies: ValidationDependencies,
  validation: ValidationRow,
  sync: SyncRow,
  log: StepLog,
  failure: Failure,
  retry: RetryPolicy,
): Promise<ValidationOutcome> {
  const { code, fields } = failure;
  const age = Date.now() - validation.createdAt.getTime();
  const inGrace = sync.connectedAt !== null && Date.now() - sync.connectedAt.getTime() < retry.graceMs;
  if (passesByItself(failure, inGrace) && (inGrace || age < PATIENCE_MS)) {
    const retryInMs = backoff(retry.grace, validation.attempts - 1, Math.random(), failure.retryAfterMs);
    const how = { state: "waiting", code, fields, retryInMs } as const;
    return (await end(dependencies, validation, sync, log, how))
      ? { kind: "waiting", failure, retryInMs }
      : { kind: "nothing" };
  }
  return (await end(dependencies, validation, sync, log, { state: "failed", code, fields }))
    ? { kind: "failed", failure }
    : { kind: "nothing" };
}

async function runSteps(
  { database, cloud, issuer, keys, vaults }: ValidationDependencies,
  sync: SyncRow,
  log: StepLog,
  stop: AbortSignal,
): Promise<void> {
  const connection = connectionOf(sync);
  const { vault, credential } = vaults.openAnew(connection);
  const guard = new Guard(() => true, stop);
  const step = <Result>(
    name: Parameters<StepLog["step"]>[0],
    work: () => Promise<Result>,
  ): Promise<Result> => {
    guard.check();
    return log.step(name, work, failureOf);
  };
  await step("issuer_reachable", async () => checkIssuer(issuer, (await keys.active()).kid, stop));
  await step("assertion_minted", () => credential.assertion());
  // The same options as the Key Vault SDK uses, so that this token is the one it finds in the cache.
  await step("token_exchanged", () =>
    credential.getToken(`${cloud.vaultResource}/.default`, {
      tenantId: connection.tenantId,
      enableCae: true,
    }),
  );
  const name = probeName(sync.prefix);
  const { tenantId, clientId, vaultUrl } = connection;
  const probe = await createProbe(
    database,
    { syncId: sync.id, environmentId: connection.subject.environmentId, tenantId, clientId, vaultUrl, name },
    PROBE_KEEP_OFF_MS,
  );
  await step("secret_created", () => vault.set(name, PROBE_VALUE, { tags: probeTags(sync.id) }, stop));
  await step("secret_deleted", () => vault.remove(name, stop));
  await purge(name);
  await removeProbe(database, probe.id);

  /** Best effort: without the permission, or under purge protection, the deleted probe goes by itself in time. */
  async function purge(name: string): Promise<void> {
    try {
      await step("secret_purged", async () => {
        await waitUntilDeleted(vault, name, stop, (ms) => guard.pause(ms));
        await vault.purge(name, stop);
      });
    } catch (error) {
      if (!(error instanceof FailureError)) throw error;
      await log.leaveOut("secret_purged", error.failure);
    }
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof FailureError) return error.failure;
  if (error instanceof Halt) return { code: "RUN_INTERRUPTED", fields: {} };
  return { code: "INTERNAL", fields: {} };
}
