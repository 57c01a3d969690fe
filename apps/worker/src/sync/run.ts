import { explainFailure, failureScope, type Failure } from "@kvsync/contracts";
import type { Logger } from "@kvsync/runtime";
import {
  acquireLease,
  endRun,
  releaseLease,
  setSyncFailure,
  startRun,
  type CheckTrigger,
  type Lease,
  type RunCounts,
  type RunTrigger,
  type SyncRow,
} from "@kvsync/store";
import { FailureError } from "../failure-error.ts";
import { Guard, Halt } from "./halt.ts";
import { RunJournal } from "./journal.ts";
import { LEASE_TTL_MS, LeaseKeeper } from "./lease-keeper.ts";
import { failedPass, pass, type PassDependencies, type PassResult } from "./pass.ts";
import { RunTally } from "./settle.ts";

export type RunDependencies = PassDependencies &
  Readonly<{
    /** This worker's name in leases. */
    owner: string;
    logger: Logger;
  }>;

/** How a pass ended, for the queue. */
export type RunOutcome =
  /** Nothing is wanted, or the sync isn't to run. */
  | { readonly kind: "nothing" }
  /** Another worker has it. */
  | { readonly kind: "held"; readonly expiresInMs: number }
  | {
      readonly kind: "ended";
      readonly counts: RunCounts;
      readonly failure: Failure | null;
      /** Whether more was wanted meanwhile. */
      readonly moreWanted: boolean;
      readonly retryInMs: number | null;
    }
  /** It stopped at a safe point; somebody else goes on. */
  | { readonly kind: "halted"; readonly reason: Halt["reason"] };

/** Requests under way get this long (ms) to end when the worker stops. */
const STOP_GRACE_MS = 5_000;

/**
 * One pass of a sync: takes the lease, plans, applies, ends. What it throws is trouble with the database; then the lease
 * runs out by itself and the sweeper finds what is still wanted.
 *
 * @param stop aborted when the worker stops
 */
export async function runSync(
  dependencies: RunDependencies,
  syncId: string,
  stop: AbortSignal,
): Promise<RunOutcome> {
  const { database, owner } = dependencies;
  const askedAt = performance.now();
  const attempt = await acquireLease(database, syncId, owner, LEASE_TTL_MS);
  if (attempt.got === "nothing") return { kind: "nothing" };
  if (attempt.got === "held") return { kind: "held", expiresInMs: attempt.expiresInMs };
  const { lease, sync } = attempt;
  const trigger = triggerOf(sync, new Date());
  if (trigger === null) {
    await releaseLease(database, lease);
    return { kind: "nothing" };
  }
  const keeper = new LeaseKeeper(database, lease, askedAt);
  try {
    return await runWithLease(dependencies, sync, lease, trigger, keeper, stop);
  } finally {
    await keeper.stop();
  }
}

/** Why a sync is to run now, or null when nothing is wanted. */
export function triggerOf(sync: SyncRow, now: Date): RunTrigger | null {
  if (sync.retryAttempt > 0) return "retry";
  if (sync.wantedCheck > sync.doneCheck) return (sync.checkTrigger as CheckTrigger | null) ?? "manual";
  if (sync.wantedGeneration > sync.doneGeneration) return "change";
  return sync.retryAt !== null && sync.retryAt <= now ? "retry" : null;
}

async function runWithLease(
  dependencies: RunDependencies,
  sync: SyncRow,
  lease: Lease,
  trigger: RunTrigger,
  keeper: LeaseKeeper,
  stop: AbortSignal,
): Promise<RunOutcome> {
  const { database, logger, retry } = dependencies;
  const run = await startRun(database, lease, { trigger, generation: sync.wantedGeneration });
  const tally = new RunTally();
  const journal = new RunJournal(database, lease, run.id, tally);
  const guard = new Guard(() => keeper.holds, stop);
  const cut = cutSignal(stop);
  const end = async (result: PassResult): Promise<RunOutcome> => {
    const ended = await endRun(database, lease, run.id, { ...result, counts: tally.counts });
    if (ended === null) return { kind: "halted", reason: "lease-lost" };
    const { failure, retryInMs, done } = result;
    // After a failure that passes by itself the next run is that of the retry, whatever else is wanted.
    return {
      kind: "ended",
      counts: tally.counts,
      failure,
      moreWanted: ended.moreWanted && done !== null,
      retryInMs,
    };
  };
  try {
    const result = await pass(dependencies, { sync, lease, guard, journal, tally, signal: cut.signal });
    if (sync.failureCode !== null) await setSyncFailure(database, sync.id, null);
    return await end(result);
  } catch (error) {
    if (error instanceof Halt || stop.aborted) {
      await saveUnlessLost(journal);
      await end({ ...interrupted, retryAttempt: sync.retryAttempt });
      return { kind: "halted", reason: error instanceof Halt ? error.reason : "stopping" };
    }
    const failure: Failure = error instanceof FailureError ? error.failure : { code: "INTERNAL", fields: {} };
    logger.warn({ err: error, syncId: sync.id, runId: run.id, code: failure.code }, "a run failed");
    await saveUnlessLost(journal);
    const result = failedPass(sync, failure, retry);
    if (result.retryInMs === null) await setSyncFailure(database, sync.id, failure);
    return await end(result);
  } finally {
    cut.stop();
  }
}

const interrupted = {
  state: "interrupted",
  checkedVault: false,
  failure: null,
  done: null,
  retryInMs: null,
} as const;

/** Saves what a run got done before it stopped, if its lease still stands. */
async function saveUnlessLost(journal: RunJournal): Promise<void> {
  try {
    await journal.finish();
  } catch (error) {
    if (!(error instanceof Halt)) throw error;
  }
}

/** Aborts requests under way some seconds after the worker was told to stop, so that they can end first. */
function cutSignal(stop: AbortSignal): { readonly signal: AbortSignal; readonly stop: () => void } {
  const cut = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const begin = (): void => {
    timer = setTimeout(() => cut.abort(new Halt("stopping")), STOP_GRACE_MS);
  };
  if (stop.aborted) begin();
  else stop.addEventListener("abort", begin, { once: true });
  return {
    signal: cut.signal,
    stop: () => {
      clearTimeout(timer);
      stop.removeEventListener("abort", begin);
    },
  };
}

/** A run's outcome in one line for the operators: counts or a failure's sentence, never a name or value. */
export function summarise(outcome: RunOutcome): string {
  if (outcome.kind !== "ended") return outcome.kind;
  if (outcome.failure !== null) {
    const { code, fields } = outcome.failure;
    return `${code} (${failureScope(code)}): ${explainFailure(code, fields).message}`;
  }
  return Object.entries(outcome.counts)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${count} ${what}`)
    .join(", ");
}
