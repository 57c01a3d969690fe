import { createSigningKey, defaultRotationPolicy, planRotation, type KeyEncryptionKey } from "@kvsync/keys";
import type { Doorbell, JobContext, JobHandlers, JobOutcome } from "@kvsync/queue";
import type { Logger } from "@kvsync/runtime";
import { noteRuns, rotateSigningKeys } from "@kvsync/store";
import type { Vaults } from "./sync/vaults.ts";
import { preview } from "./sync/preview.ts";
import type { RunLog } from "./sync/run-log.ts";
import { runSync, summarise, type RunDependencies } from "./sync/run.ts";
import { forgetOld } from "./upkeep/forget-old.ts";
import { cleanUpProbes } from "./upkeep/probes.ts";
import { sweep } from "./upkeep/sweep.ts";
import { verifyAudit } from "./upkeep/verify-audit.ts";
import { deliver, type DeliveryDependencies } from "./webhooks/deliver.ts";
import { validate, type ValidationDependencies, type ValidationOutcome } from "./validation/validate.ts";

export type HandlerDependencies = Omit<RunDependencies, "onDeliveries" | "onNoteworthy"> &
  ValidationDependencies &
  DeliveryDependencies &
  Readonly<{
    doorbell: Doorbell;
    keyEncryptionKey: KeyEncryptionKey;
    logger: Logger;
    vaults: Vaults;
    runLog: RunLog;
  }>;

/** A held sync's bell rings again a little after the other worker's lease would end. */
const AFTER_LEASE_MS = 500;

/** What each kind of job does. */
export function createHandlers(dependencies: HandlerDependencies): JobHandlers {
  const { database, doorbell, logger } = dependencies;
  return {
    run: ({ syncId }, { signal }) => handleRun(dependencies, syncId, signal),
    validate: ({ validationId, syncId }, { signal }) =>
      handleValidation(dependencies, validationId, syncId, signal),
    plan: async ({ planId }, { signal }) => ({
      outcome: "done",
      summary: await preview(dependencies, planId, signal),
    }),
    deliver: ({ deliveryId }, { signal }) => handleDelivery(dependencies, deliveryId, signal),
    sweep: async (_, { signal }) => {
      const counts = await sweep(database, doorbell, logger);
      const probes = await cleanUpProbes(database, dependencies.vaults, logger, signal);
      // Those of workers that died, or couldn't.
      const noted = await noteRuns(database);
      return {
        outcome: "done",
        summary: `${counts.scheduled} scheduled, ${counts.runs} due, ${counts.validations} validations, ${counts.plans} plans, ${counts.deliveries} deliveries, ${probes} probes, ${noted} runs noted`,
      };
    },
    rotateKeys: async () => {
      const { keyEncryptionKey } = dependencies;
      const now = new Date();
      const steps = await rotateSigningKeys(
        database,
        (ring) => planRotation(ring, now, defaultRotationPolicy, "scheduled"),
        () => createSigningKey(keyEncryptionKey),
        now,
      );
      await forgetOld(database);
      return { outcome: "done", summary: steps.length === 0 ? "nothing due" : `${steps.length} steps` };
    },
    verifyAudit: async (_, { signal }) => {
      const { chains, broken } = await verifyAudit(dependencies, signal);
      const summary = `${chains} chains, ${broken} broken`;
      return broken === 0 ? { outcome: "done", summary } : { outcome: "failed", reason: summary };
    },
  };
}

async function handleRun(
  dependencies: HandlerDependencies,
  syncId: string,
  signal: JobContext["signal"],
): Promise<JobOutcome> {
  const { doorbell, logger, runLog } = dependencies;
  const onDeliveries = (deliveryIds: readonly string[]): void =>
    void ring(logger, () => doorbell.ringDeliveries(deliveryIds));
  const onNoteworthy = (): void => runLog.ended();
  const outcome = await runSync({ ...dependencies, onDeliveries, onNoteworthy }, syncId, signal);
  switch (outcome.kind) {
    case "nothing":
      return { outcome: "done", summary: "nothing was wanted" };
    case "held": {
      // Not by snoozing: a job that waits would hold the sync's bell, and rings for changes would melt into it until then.
      const afterMs = outcome.expiresInMs + AFTER_LEASE_MS;
      await ring(logger, () => doorbell.ringRunLater(syncId, afterMs));
      return { outcome: "done", summary: "another worker runs it" };
    }
    case "halted":
      // Its lease is handed back or lost; ringing again lets another worker go on at once.
      await ring(logger, () => doorbell.ringRuns([syncId], "found by the sweeper"));
      return { outcome: "done", summary: outcome.reason };
    case "ended": {
      const { moreWanted, retryInMs, failure } = outcome;
      if (moreWanted) await ring(logger, () => doorbell.ringRuns([syncId], "change"));
      else if (retryInMs !== null) await ring(logger, () => doorbell.ringRunLater(syncId, retryInMs));
      const summary = summarise(outcome);
      return failure === null ? { outcome: "done", summary } : { outcome: "failed", reason: summary };
    }
  }
}

async function handleValidation(
  dependencies: HandlerDependencies,
  validationId: string,
  syncId: string,
  signal: AbortSignal,
): Promise<JobOutcome> {
  const { doorbell, logger } = dependencies;
  const outcome: ValidationOutcome = await validate(dependencies, validationId, signal);
  dependencies.news?.tell(syncId);
  switch (outcome.kind) {
    case "nothing":
      return { outcome: "done", summary: "nothing was due" };
    case "succeeded":
      await ring(logger, () => doorbell.ringRuns([syncId], "initial"));
      return { outcome: "done", summary: "access is in order" };
    case "waiting":
      return { outcome: "snooze", delayMs: outcome.retryInMs };
    case "failed":
      return { outcome: "failed", reason: outcome.failure.code };
  }
}

async function handleDelivery(
  dependencies: HandlerDependencies,
  deliveryId: string,
  signal: AbortSignal,
): Promise<JobOutcome> {
  const { doorbell, logger } = dependencies;
  const outcome = await deliver(dependencies, deliveryId, signal);
  switch (outcome.kind) {
    case "nothing":
      return { outcome: "done", summary: "nothing was due" };
    case "taken":
      return { outcome: "done", summary: "taken" };
    case "again": {
      const { inMs, problem } = outcome;
      await ring(logger, () => doorbell.ringDeliveryLater(deliveryId, inMs));
      return { outcome: "failed", reason: `${problem}: again in ${Math.ceil(inMs / 1_000)} s` };
    }
    case "given up":
      return { outcome: "failed", reason: `${outcome.problem}: given up` };
  }
}

/** A ring may be lost: the sweeper finds what it was for. */
async function ring(logger: Logger, send: () => Promise<void>): Promise<void> {
  try {
    await send();
  } catch (error) {
    logger.warn({ err: error }, "the queue couldn't be rung; the sweeper will find what is wanted");
  }
}
