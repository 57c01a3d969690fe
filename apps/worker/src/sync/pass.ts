import type { Failure } from "@kvsync/contracts";
import type { EnvironmentKeyRing } from "@kvsync/keys";
import type { Database, Lease, RunEnd, SyncRow, VaultLimits } from "@kvsync/store";
import type { VaultBudgets } from "../vault/budget/budgets.ts";
import { isWrite, type Plan } from "./actions.ts";
import { applyPlan, effectsOf } from "./apply.ts";
import { askForPlan, askForRemovals } from "./approval.ts";
import type { Clock } from "../clock.ts";
import { Claims } from "./claims.ts";
import type { BigRunPlace } from "./big-runs.ts";
import { connectionOf } from "./connection.ts";
import type { Guard } from "./halt.ts";
import type { RunJournal } from "./journal.ts";
import { readDifferingInput, readInput, readRestingInput, type SyncInput } from "./input.ts";
import type { Resting } from "./resting.ts";
import { Relook } from "./relook.ts";
import { backoff, passesByItself, type RetryPolicy } from "./retry.ts";
import { Sight } from "./sight.ts";
import type { RunTally } from "./tally.ts";
import { ValueReader } from "./values.ts";
import type { Vaults } from "./vaults.ts";

/** What runs share. */
export type PassDependencies = Readonly<{
  database: Database;
  vaults: Pick<Vaults, "open">;
  budgets: Pick<VaultBudgets, "of">;
  /** Null for an environment without a key, and so without values. */
  environmentKeys: EnvironmentKeyRing<null>;
  retry: RetryPolicy;
  /** Requests to one vault under way at once, per run. */
  concurrency: number;
  clock: Clock;
}>;

/** What belongs to one run. */
export type PassContext = Readonly<{
  sync: SyncRow;
  lease: Lease;
  guard: Guard;
  journal: RunJournal;
  tally: RunTally;
  /** Taken before all of a sync's secrets are read. */
  place: BigRunPlace;
  vaultLimits: VaultLimits;
  /** Aborts requests under way. */
  signal: AbortSignal;
}>;

/** What was read of source and records, and of the secrets that it leaves out. */
type Read = Readonly<{ input: SyncInput | null; resting: Resting }>;

/** How a run ends. */
export type PassResult = Omit<RunEnd, "counts" | "valuesRead">;

/**
 * The work of one run, under its lease: reads the source, plans by the records, looks at the vault where that plan or
 * the run's reason needs it, plans again by what it saw, and applies.
 *
 * @throws {FailureError} when the run fails as a whole, {Halt} when it must stop
 */
export async function pass(dependencies: PassDependencies, context: PassContext): Promise<PassResult> {
  const { database, clock } = dependencies;
  const { sync, guard, tally } = context;
  const asksFirst = sync.firstPlan === "ask" && sync.firstPlanAt === null;
  const looksAtAll = asksFirst || sync.wantedCheck > sync.doneCheck;
  const readAll = async (): Promise<SyncInput> => {
    await context.place.take();
    const all = await readInput(dependencies, sync);
    tally.total = all.source.length;
    guard.check();
    return all;
  };
  const readPart = async (): Promise<Partial<Read> | null> => {
    if (asksFirst || sync.state === "disconnecting") return null;
    if (!looksAtAll) return { input: await readDifferingInput(dependencies, sync) };
    await context.place.take();
    return readRestingInput(dependencies, sync);
  };
  const part = await readPart();
  const input = part?.input ?? (await readAll());
  tally.total = input.source.length + input.leftOut;
  guard.check();
  const sight = new Sight(dependencies, context, input, readAll, part?.resting);
  const { actions, seen } = await sight.plan(looksAtAll);
  tally.leaveOut(sight.input.leftOut);
  const vaultSeen = seen?.count == null ? null : { at: new Date(seen.seenAt), count: seen.count };
  if (asksFirst) {
    const asked = await askForPlan(database, context, actions, vaultSeen);
    if (asked !== undefined) return asked;
  }
  await apply(dependencies, context, sight, actions);
  const awaitingPlanId = await askForRemovals(database, context, actions);
  const { failed, blocked, held } = tally.counts;
  const { nextAttempt } = tally;
  return {
    state: held > 0 ? "awaiting_approval" : failed + blocked > 0 ? "completed_with_failures" : "succeeded",
    failure: null,
    done: { generation: sync.wantedGeneration, check: sync.wantedCheck },
    retryInMs: nextAttempt === null ? null : Math.max(nextAttempt.getTime() - clock.now(), 1_000),
    retryAttempt: 0,
    vaultSeen,
    awaitingPlanId,
    applied: true,
    disconnected: sync.state === "disconnecting" && isAllRemoved(actions, tally),
  };
}

async function apply(
  dependencies: PassDependencies,
  { lease, guard, journal, tally, signal, sync }: PassContext,
  { input, vault, budget, request, environment }: Sight,
  actions: Plan,
): Promise<void> {
  const { database, environmentKeys, retry, concurrency, clock } = dependencies;
  const { vaultUrl, subject } = connectionOf(sync);
  const { environmentId } = subject;
  const effects = effectsOf(actions);
  const secretIds = effects.filter(isWrite).map((action) => action.secret.id);
  await applyPlan(actions, {
    settings: input.settings,
    epoch: lease.epoch,
    vault,
    budget,
    guard,
    signal,
    retry,
    inGrace: isInGrace(sync, retry, clock.now()),
    concurrency,
    clock,
    journal,
    tally,
    relook: new Relook({ ...input, view: null }, request, environment, effects),
    values: new ValueReader(database, environmentKeys, environmentId, secretIds),
    claims: new Claims(database, lease, vaultUrl, effects),
  });
  await journal.finish();
}

function isAllRemoved(actions: Plan, tally: RunTally): boolean {
  const waits = actions.some((action) => action.kind === "wait" || action.kind === "hold");
  return !waits && tally.counts.failed === 0;
}

/** A run that failed as a whole: again by itself if the failure passes, else not before something changes. */
export function failedPass(sync: SyncRow, failure: Failure, retry: RetryPolicy, now: number): PassResult {
  const inGrace = isInGrace(sync, retry, now);
  const base = { state: "failed", failure, vaultSeen: null, applied: false, disconnected: false } as const;
  if (!passesByItself(failure, inGrace)) {
    const done = { generation: sync.wantedGeneration, check: sync.wantedCheck };
    return { ...base, done, retryInMs: null, retryAttempt: 0 };
  }
  const pace = inGrace ? retry.grace : retry.run;
  const retryInMs = backoff(pace, sync.retryAttempt, Math.random(), failure.retryAfterMs);
  return { ...base, done: null, retryInMs, retryAttempt: sync.retryAttempt + 1 };
}

function isInGrace({ connectedAt }: SyncRow, { graceMs }: RetryPolicy, now: number): boolean {
  return connectedAt !== null && now - connectedAt.getTime() < graceMs;
}
