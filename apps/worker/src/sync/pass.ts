import type { Failure } from "@kvsync/contracts";
import type { EnvironmentKeyRing } from "@kvsync/keys";
import {
  nextRecordAttempt,
  readRecords,
  readSource,
  type Database,
  type Lease,
  type RunEnd,
  type SourceSecret,
  type SyncRow,
} from "@kvsync/store";
import type { WriteBudgets } from "../vault/budget.ts";
import { applyPlan } from "./apply.ts";
import { connectionOf, planSettingsOf } from "./connection.ts";
import type { Guard } from "./halt.ts";
import type { RunJournal } from "./journal.ts";
import { mapNames } from "./names.ts";
import { isWrite, needsVault, plan, type Plan, type PlanInput, type PlanSettings } from "./plan.ts";
import { backoff, passesByItself, type RetryPolicy } from "./retry.ts";
import type { RunTally } from "./settle.ts";
import { ValueReader } from "./values.ts";
import type { Vaults } from "./vaults.ts";
import { viewVault } from "./view.ts";

/** What runs share. */
export type PassDependencies = Readonly<{
  database: Database;
  vaults: Pick<Vaults, "open">;
  budgets: WriteBudgets;
  /** Null for an environment without a key, and so without values. */
  environmentKeys: EnvironmentKeyRing<null>;
  retry: RetryPolicy;
  /** Requests to one vault under way at once, per run. */
  concurrency: number;
}>;

/** What belongs to one run. */
export type PassContext = Readonly<{
  sync: SyncRow;
  lease: Lease;
  guard: Guard;
  journal: RunJournal;
  tally: RunTally;
  /** Aborts requests under way. */
  signal: AbortSignal;
}>;

/** How a run ends. */
export type PassResult = Omit<RunEnd, "counts">;

/**
 * The work of one run, under its lease: reads the source, plans by the records, looks at the vault only when that plan
 * or the run's reason needs it, and applies.
 *
 * @throws {FailureError} when the run fails as a whole, {Halt} when it must stop
 */
export async function pass(dependencies: PassDependencies, context: PassContext): Promise<PassResult> {
  const { database, vaults, budgets, environmentKeys, retry, concurrency } = dependencies;
  const { sync, lease, guard, journal, tally, signal } = context;
  const connection = connectionOf(sync);
  const settings = planSettingsOf(sync);
  const { environmentId } = connection.subject;
  const [source, records] = await Promise.all([
    readSource(database, environmentId),
    readRecords(database, sync.id),
  ]);
  tally.total = source.length;
  const checks = sync.wantedCheck > sync.doneCheck;
  const input = { settings, source, records, now: Date.now(), retryAll: checks };
  const planned = plan({ ...input, view: null });
  const { vault } = vaults.open(connection);
  const looks = checks || needsVault(planned);
  guard.check();
  const actions = looks ? await planWithView(input, vault, signal) : planned;
  const secretIds = actions.filter(isWrite).map((action) => action.secret.id);
  await applyPlan(actions, {
    settings,
    epoch: lease.epoch,
    vault,
    budget: budgets.of(connection.vaultUrl),
    guard,
    signal,
    retry,
    inGrace: isInGrace(sync, retry),
    concurrency,
    journal,
    tally,
    values: new ValueReader(database, environmentKeys, environmentId, secretIds),
  });
  await journal.finish();
  return succeeded(await nextRecordAttempt(database, sync.id), context, looks);
}

async function planWithView(
  input: Omit<PlanInput, "view">,
  vault: Parameters<typeof viewVault>[0],
  signal: AbortSignal,
): Promise<Plan> {
  const { settings, source, records } = input;
  const view = await viewVault(vault, settings.syncId, wantedKeys(source, settings), records, signal);
  return plan({ ...input, view });
}

/** A run that went through: the next retry is that of the secret whose turn comes first. */
function succeeded(
  nextAttempt: Date | null,
  { sync, tally }: PassContext,
  checkedVault: boolean,
): PassResult {
  const { failed, blocked } = tally.counts;
  return {
    state: failed + blocked > 0 ? "completed_with_failures" : "succeeded",
    checkedVault,
    failure: null,
    done: { generation: sync.wantedGeneration, check: sync.wantedCheck },
    retryInMs: nextAttempt === null ? null : Math.max(nextAttempt.getTime() - Date.now(), 1_000),
    retryAttempt: 0,
  };
}

/** A run that failed as a whole: again by itself if the failure passes, else not before something changes. */
export function failedPass(sync: SyncRow, failure: Failure, retry: RetryPolicy): PassResult {
  const inGrace = isInGrace(sync, retry);
  const base = { state: "failed", checkedVault: false, failure } as const;
  if (!passesByItself(failure, inGrace)) {
    const done = { generation: sync.wantedGeneration, check: sync.wantedCheck };
    return { ...base, done, retryInMs: null, retryAttempt: 0 };
  }
  const pace = inGrace ? retry.grace : retry.run;
  const retryInMs = backoff(pace, sync.retryAttempt, Math.random(), failure.retryAfterMs);
  return { ...base, done: null, retryInMs, retryAttempt: sync.retryAttempt + 1 };
}

function isInGrace({ connectedAt }: SyncRow, { graceMs }: RetryPolicy): boolean {
  return connectedAt !== null && Date.now() - connectedAt.getTime() < graceMs;
}

function wantedKeys(source: readonly SourceSecret[], settings: PlanSettings): ReadonlySet<string> {
  const rule = { prefix: settings.prefix, policy: settings.namePolicy };
  return new Set(mapNames(source, rule).flatMap(({ mapped }) => (mapped.ok ? [mapped.key] : [])));
}
