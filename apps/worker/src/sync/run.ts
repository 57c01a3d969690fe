import { explainFailure, failureScope, type Failure } from "@kvsync/contracts";
import type { News } from "@kvsync/queue";
import type { Logger } from "@kvsync/runtime";
import { beginRun, endRun, setSyncFailure, type RunBegin, type RunCounts } from "@kvsync/store";
import { FailureError } from "../failure-error.ts";
import { tellingOf } from "../webhooks/tell.ts";
import type { BigRuns } from "./big-runs.ts";
import { Guard, Halt } from "./halt.ts";
import { RunJournal } from "./journal.ts";
import { LEASE_TTL_MS, LeaseKeeper } from "./lease-keeper.ts";
import { failedPass, pass, type PassDependencies, type PassResult } from "./pass.ts";
import { RunTally } from "./tally.ts";

export type RunDependencies = PassDependencies &
  Readonly<{
    /** This worker's name in leases. */
    owner: string;
    bigRuns: BigRuns;
    logger: Logger;
    /** Told whenever something of a sync changed that people watch. */
    news?: Pick<News, "tell"> | undefined;
    /** Told what is to be delivered to webhooks. */
    onDeliveries?: ((deliveryIds: readonly string[]) => void) | undefined;
    /** Told when a run has ended that the audit log is to tell of. */
    onNoteworthy?: (() => void) | undefined;
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
  const { database, owner, clock } = dependencies;
  const askedAt = clock.monotonic();
  const begun = await beginRun(database, syncId, owner, LEASE_TTL_MS);
  if (begun.got !== "run")
    return begun.got === "held" ? { kind: "held", expiresInMs: begun.expiresInMs } : { kind: "nothing" };
  dependencies.news?.tell(syncId);
  const keeper = new LeaseKeeper(database, begun.lease, askedAt, clock);
  try {
    return await runWithLease(dependencies, begun, keeper, stop);
  } finally {
    await keeper.stop();
    dependencies.news?.tell(syncId);
  }
}

async function runWithLease(
  dependencies: RunDependencies,
  { sync, lease, secrets, vaultLimits }: Extract<RunBegin, { got: "run" }>,
  keeper: LeaseKeeper,
  stop: AbortSignal,
): Promise<RunOutcome> {
  const { database, logger, retry, bigRuns, clock, news } = dependencies;
  const tally = new RunTally();
  const journal = new RunJournal(database, lease, tally, () => news?.tell(sync.id));
  const guard = new Guard(() => keeper.holds, stop, clock);
  const cut = cutSignal(stop);
  const end = async (result: PassResult): Promise<RunOutcome> => {
    const counted = { ...result, counts: tally.counts, valuesRead: tally.valuesRead };
    const telling = await tellingOf(database, sync, lease.runId, counted);
    const ended = await endRun(database, lease, counted, telling);
    if (ended === null) return { kind: "halted", reason: "lease-lost" };
    if (ended.deliveries.length > 0) dependencies.onDeliveries?.(ended.deliveries);
    if (ended.isNoted) dependencies.onNoteworthy?.();
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
  const place = bigRuns.placeFor(secrets, guard);
  try {
    const { signal } = cut;
    const result = await pass(dependencies, {
      sync,
      lease,
      guard,
      journal,
      tally,
      place,
      vaultLimits,
      signal,
    });
    if (sync.failureCode !== null) await setSyncFailure(database, sync.id, null);
    return await end(result);
  } catch (error) {
    if (error instanceof Halt || stop.aborted) {
      await saveUnlessLost(journal);
      await end({ ...interrupted, retryAttempt: sync.retryAttempt });
      return { kind: "halted", reason: error instanceof Halt ? error.reason : "stopping" };
    }
    const failure: Failure = error instanceof FailureError ? error.failure : { code: "INTERNAL", fields: {} };
    logger.warn({ err: error, syncId: sync.id, runId: lease.runId, code: failure.code }, "a run failed");
    await saveUnlessLost(journal);
    const result = failedPass(sync, failure, retry, clock.now());
    if (result.retryInMs === null) await setSyncFailure(database, sync.id, failure);
    return await end(result);
  } finally {
    journal.stop();
    place.leave();
    cut.stop();
  }
}

const interrupted = {
  state: "interrupted",
  failure: null,
  done: null,
  retryInMs: null,
  vaultSeen: null,
  applied: false,
  disconnected: false,
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
