import { explainFailure, isFailureCode, type FailureFields } from "@kvsync/contracts";
import type { RecordRow, RecordState, RunRow, SyncRow, ValidationRow, ValidationStep } from "@kvsync/store";

type Json = Readonly<Record<string, unknown>>;

/** A failure as the API shows it: the code and the two sentences. Null where there is none. */
function failure(code: string | null, fields: unknown): Json | null {
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
    failure: failure(sync.failureCode, sync.failureFields),
    failingSince: sync.failingSince,
    tenantId: sync.tenantId,
    clientId: sync.clientId,
    vaultUrl: sync.vaultUrl,
    prefix: sync.prefix,
    namePolicy: sync.namePolicy,
    removalPolicy: sync.removalPolicy,
    driftPolicy: sync.driftPolicy,
    existingPolicy: sync.existingPolicy,
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
  const { created, updated, adopted, recovered, repaired, deleted, unchanged, blocked, failed } = run;
  return {
    id: run.id,
    trigger: run.trigger,
    state: run.state,
    total: run.total,
    counts: { created, updated, adopted, recovered, repaired, deleted, unchanged, blocked, failed },
    checkedVault: run.checkedVault,
    failure: failure(run.failureCode, run.failureFields),
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    durationMs: run.endedAt === null ? null : run.endedAt.getTime() - run.startedAt.getTime(),
  };
}

export function presentRecord(record: RecordRow): Json {
  const problem = failure(record.failureCode, record.failureFields);
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
      failure: failure(code ?? null, fields),
      requestId: requestId ?? null,
    })),
    failure: failure(validation.failureCode, validation.failureFields),
    nextAttemptAt: validation.nextAttemptAt,
    createdAt: validation.createdAt,
    endedAt: validation.endedAt,
  };
}
