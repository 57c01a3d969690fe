import {
  adoptableCodes,
  driftCodes,
  explainFailure,
  isFailureCode,
  isOneOf,
  type FailureFields,
} from "@kvsync/contracts";
import type {
  FailureBody,
  RecordBody,
  RunBody,
  SyncBody,
  ValidationBody,
  WarningBody,
} from "@kvsync/contracts/api";
import {
  growthOf,
  type GrownSecret,
  type RecordRow,
  type RecordState,
  type RunRow,
  type RunState,
  type RunTrigger,
  type SyncRow,
  type SyncState,
  type ValidationRow,
  type ValidationStep,
} from "@kvsync/store";
import { timestamp } from "../http/timestamp.ts";
import { namedFields, type OwnerOf } from "./owners.ts";

/** A failure as the API shows it: the code and the two sentences. Null where there is none. */
export function presentFailure(code: string | null, fields: unknown): FailureBody | null {
  if (code === null || !isFailureCode(code)) return null;
  return { code, ...explainFailure(code, (fields ?? {}) as FailureFields) };
}

/** A sync as the API shows it. */
export function presentSync(
  sync: SyncRow,
  more: Readonly<{
    lastRun?: RunRow | undefined;
    records?: Readonly<Record<RecordState, number>> | undefined;
    latestValidation?: ValidationRow | undefined;
  }> = {},
): SyncBody {
  const { lastRun, records, latestValidation } = more;
  return {
    id: sync.id,
    syncConfigId: sync.id,
    provider: "azure-key-vault",
    name: sync.name,
    projectId: sync.projectId,
    environmentId: sync.environmentId,
    state: sync.state as SyncState,
    failure: presentFailure(sync.failureCode, sync.failureFields),
    failingSince: timestamp(sync.failingSince),
    tenantId: sync.tenantId,
    clientId: sync.clientId,
    vaultUrl: sync.vaultUrl,
    prefix: sync.prefix,
    namePolicy: sync.namePolicy as SyncBody["namePolicy"],
    removalPolicy: sync.removalPolicy as SyncBody["removalPolicy"],
    driftPolicy: sync.driftPolicy as SyncBody["driftPolicy"],
    existingPolicy: sync.existingPolicy as SyncBody["existingPolicy"],
    removalBrakePercent: sync.removalBrakePercent,
    firstPlan: sync.firstPlan as SyncBody["firstPlan"],
    vaultWritesPer10s: sync.vaultWritesPer10s,
    vaultReadsPer10s: sync.vaultReadsPer10s,
    vaultSeenAt: timestamp(sync.vaultSeenAt),
    vaultSecretCount: sync.vaultSecretCount,
    awaitsApproval: sync.awaitingPlanId !== null,
    schedule: sync.schedule === null ? null : { cron: sync.schedule, timeZone: sync.timeZone ?? "UTC" },
    nextScheduledAt: timestamp(sync.nextScheduledAt),
    retryAt: timestamp(sync.retryAt),
    upToDate: sync.wantedGeneration === sync.doneGeneration && sync.wantedCheck === sync.doneCheck,
    createdAt: timestamp(sync.createdAt),
    connectedAt: timestamp(sync.connectedAt),
    activatedAt: timestamp(sync.activatedAt),
    ...(lastRun === undefined ? {} : { lastRun: presentRun(lastRun) }),
    ...(records === undefined ? {} : { records }),
    ...(latestValidation === undefined ? {} : { latestValidation: presentValidation(latestValidation) }),
  };
}

export function presentRun(run: RunRow): RunBody {
  const { created, updated, adopted, recovered, repaired, deleted, unchanged, blocked, failed, held } = run;
  return {
    id: run.id,
    trigger: run.trigger as RunTrigger,
    state: run.state as RunState,
    total: run.total,
    counts: { created, updated, adopted, recovered, repaired, deleted, unchanged, blocked, failed, held },
    checkedVault: run.checkedVault,
    failure: presentFailure(run.failureCode, run.failureFields),
    startedAt: timestamp(run.startedAt),
    endedAt: timestamp(run.endedAt),
    // The database's clock may be set back while a run is under way.
    durationMs: run.endedAt === null ? null : Math.max(0, run.endedAt.getTime() - run.startedAt.getTime()),
  };
}

export function presentRecord(record: RecordRow, ownerOf: OwnerOf): RecordBody {
  const ownedBy = ownerOf(record);
  const problem = presentFailure(record.failureCode, namedFields(record.failureFields, ownedBy));
  return {
    id: record.id,
    secretId: record.secretId,
    secretName: record.secretName,
    vaultName: record.vaultName,
    state: record.state as RecordState,
    vaultVersion: record.vaultVersion,
    writtenAt: timestamp(record.writtenAt),
    lastAttemptAt: timestamp(record.lastAttemptAt),
    attempts: record.attempts,
    failure: problem,
    ownedBy,
    failingSince: timestamp(record.failingSince),
    nextAttemptAt: timestamp(record.nextAttemptAt),
    requestId: record.requestId,
    drifted: isOneOf(driftCodes, record.failureCode),
    adoptable: isOneOf(adoptableCodes, record.failureCode),
    versions: record.versions,
  };
}

/** A secret whose versions grow fast or are many, as a warning. */
export function presentGrowth(grown: GrownSecret): WarningBody {
  const { secretId, secretName, vaultName, versions, updates, repairs } = grown;
  const fields = { vaultName: vaultName ?? "", versions, updates, repairs, count: updates + repairs };
  const code = growthOf(grown);
  return { secretId, secretName, vaultName, code, ...explainFailure(code, fields) };
}

export function presentValidation(validation: ValidationRow): ValidationBody {
  const steps = (validation.steps ?? []) as ValidationStep[];
  return {
    id: validation.id,
    environmentId: validation.environmentId,
    state: validation.state as ValidationBody["state"],
    attempts: validation.attempts,
    steps: steps.map(({ step, state, startedAt, durationMs, code, fields, requestId }) => ({
      step,
      state,
      startedAt: startedAt ?? null,
      durationMs: durationMs ?? null,
      failure: presentFailure(code ?? null, fields),
      requestId: requestId ?? null,
    })),
    failure: presentFailure(validation.failureCode, validation.failureFields),
    nextAttemptAt: timestamp(validation.nextAttemptAt),
    createdAt: timestamp(validation.createdAt),
    endedAt: timestamp(validation.endedAt),
  };
}
