import { explainFailure, isFailureCode, type FailureFields } from "@kvsync/contracts";
import {
  growthOf,
  type GrownSecret,
  type RecordRow,
  type RecordState,
  type RunRow,
  type SyncRow,
  type ValidationRow,
  type ValidationStep,
} from "@kvsync/store";

type Json = Readonly<Record<string, unknown>>;

/** A failure as the API shows it: the code and the two sentences. Null where there is none. */
export function presentFailure(code: string | null, fields: unknown): Json | null {
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
): Json {
  const { lastRun, records, latestValidation } = more;
  return {
    id: sync.id,
    syncConfigId: sync.id,
    provider: "azure-key-vault",
    name: sync.name,
    projectId: sync.projectId,
    environmentId: sync.environmentId,
    state: sync.state,
    failure: presentFailure(sync.failureCode, sync.failureFields),
    failingSince: sync.failingSince,
    tenantId: sync.tenantId,
    clientId: sync.clientId,
    vaultUrl: sync.vaultUrl,
    prefix: sync.prefix,
    namePolicy: sync.namePolicy,
    removalPolicy: sync.removalPolicy,
    driftPolicy: sync.driftPolicy,
    existingPolicy: sync.existingPolicy,
    removalBrakePercent: sync.removalBrakePercent,
    firstPlan: sync.firstPlan,
    vaultWritesPer10s: sync.vaultWritesPer10s,
    vaultSeenAt: sync.vaultSeenAt,
    vaultSecretCount: sync.vaultSecretCount,
    /** Whether a plan waits for approval. */
    awaitsApproval: sync.awaitingPlanId !== null,
    schedule: sync.schedule === null ? null : { cron: sync.schedule, timeZone: sync.timeZone ?? "UTC" },
    nextScheduledAt: sync.nextScheduledAt,
    retryAt: sync.retryAt,
    upToDate: sync.wantedGeneration === sync.doneGeneration && sync.wantedCheck === sync.doneCheck,
    createdAt: sync.createdAt,
    connectedAt: sync.connectedAt,
    activatedAt: sync.activatedAt,
    ...(lastRun === undefined ? {} : { lastRun: presentRun(lastRun) }),
    ...(records === undefined ? {} : { records }),
    ...(latestValidation === undefined ? {} : { latestValidation: presentValidation(latestValidation) }),
  };
}

export function presentRun(run: RunRow): Json {
  const { created, updated, adopted, recovered, repaired, deleted, unchanged, blocked, failed, held } = run;
  return {
    id: run.id,
    trigger: run.trigger,
    state: run.state,
    total: run.total,
    counts: { created, updated, adopted, recovered, repaired, deleted, unchanged, blocked, failed, held },
    checkedVault: run.checkedVault,
    failure: presentFailure(run.failureCode, run.failureFields),
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    durationMs: run.endedAt === null ? null : run.endedAt.getTime() - run.startedAt.getTime(),
  };
}

export function presentRecord(record: RecordRow): Json {
  const problem = presentFailure(record.failureCode, record.failureFields);
  return {
    id: record.id,
    secretId: record.secretId,
    secretName: record.secretName,
    vaultName: record.vaultName,
    state: record.state,
    vaultVersion: record.vaultVersion,
    writtenAt: record.writtenAt,
    lastAttemptAt: record.lastAttemptAt,
    attempts: record.attempts,
    failure: problem,
    failingSince: record.failingSince,
    /** When it is tried again by itself; null with a failure means: not before something changes. */
    nextAttemptAt: record.nextAttemptAt,
    requestId: record.requestId,
  };
}

/** A secret whose versions grow fast or are many, as a warning. */
export function presentGrowth(grown: GrownSecret): Json {
  const { secretId, secretName, vaultName, versions, updates, repairs } = grown;
  const fields = { vaultName: vaultName ?? "", versions, updates, repairs, count: updates + repairs };
  return { secretId, secretName, vaultName, ...presentFailure(growthOf(grown), fields) };
}

export function presentValidation(validation: ValidationRow): Json {
  const steps = (validation.steps ?? []) as ValidationStep[];
  return {
    id: validation.id,
    environmentId: validation.environmentId,
    state: validation.state,
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
    nextAttemptAt: validation.nextAttemptAt,
    createdAt: validation.createdAt,
    endedAt: validation.endedAt,
  };
}
