import { failureScope, type Failure } from "@kvsync/contracts";
import { FailureError } from "../failure-error.ts";
import type { WriteBudget } from "../vault/budget.ts";
import type { Vault } from "../vault/port.ts";
import type { Guard } from "./halt.ts";
import type { RunJournal } from "./journal.ts";
import { isWrite, type Action, type Plan, type PlanSettings, type WriteKind } from "./plan.ts";
import { backoff, passesByItself, type RetryPolicy } from "./retry.ts";
import {
  settleBlocked,
  settleKeep,
  settleUnremoved,
  settleWrite,
  type RunTally,
  type WriteResult,
} from "./settle.ts";
import type { ValueReader } from "./values.ts";
import { writeSecret } from "./write.ts";

type WriteAction = Extract<Action, { kind: WriteKind }>;
type DeleteAction = Extract<Action, { kind: "delete" }>;

export type ApplyEnvironment = Readonly<{
  settings: PlanSettings;
  epoch: number;
  vault: Vault;
  budget: WriteBudget;
  guard: Guard;
  signal: AbortSignal;
  retry: RetryPolicy;
  inGrace: boolean;
  /** How many requests to the vault are under way at once. */
  concurrency: number;
  journal: RunJournal;
  tally: RunTally;
  /** For the secrets of the plan's writes, in their order. */
  values: ValueReader;
}>;

/**
 * Carries a plan out: writes first, then deletions, each secret with its own outcome, saved as it comes in.
 *
 * @throws {FailureError} when a failure concerns the whole sync, and {Halt} when the run must stop. What was done until
 *   then is in the journal.
 */
export async function applyPlan(actions: Plan, environment: ApplyEnvironment): Promise<void> {
  settleWithoutVault(actions, environment);
  const writes = actions.filter(isWrite);
  const unwritten = new Set<string>(
    actions.flatMap((action) =>
      action.kind === "blocked" || action.kind === "wait" ? [action.secret.id] : [],
    ),
  );
  await inParallel(writes, environment.concurrency, async (action, index) => {
    const result = await writeOne(action, index, environment);
    if (result === undefined) return;
    if (!result.ok) unwritten.add(action.secret.id);
    environment.tally.addWrite(action.kind, result);
    environment.journal.save(settleWrite(action, result, environment.epoch, new Date()));
    await environment.journal.tick();
  });
  const deletions = actions.filter((action) => action.kind === "delete");
  await inParallel(deletions, environment.concurrency, async (action) => {
    await deleteOne(action, unwritten, environment);
    await environment.journal.tick();
  });
}

function settleWithoutVault(actions: Plan, { journal, tally, settings }: ApplyEnvironment): void {
  const now = new Date();
  for (const action of actions)
    if (action.kind === "blocked") {
      tally.add("blocked");
      journal.save(settleBlocked(action, now));
    } else if (action.kind === "keep") {
      tally.add("unchanged");
      journal.save(settleKeep(action, settings.syncId, now));
    } else if (action.kind === "wait") tally.add(action.record.state === "blocked" ? "blocked" : "failed");
    else if (action.kind === "forget") journal.forget(action.record);
}

/** Undefined when the secret vanished at the source meanwhile: the run that its removal rang for deals with it. */
async function writeOne(
  action: WriteAction,
  index: number,
  environment: ApplyEnvironment,
): Promise<WriteResult | undefined> {
  const { settings, epoch, guard, values, tally } = environment;
  const { secret, vaultName, current } = action;
  guard.check();
  const opened = await values.open(index);
  if (opened.found === "gone") return undefined;
  if (opened.found === "unreadable")
    return { ok: false, failure: { code: "VALUE_UNREADABLE", fields: {} }, nextAttemptAt: null };
  const { value, fingerprint } = opened;
  const outcome = await writeSecret(
    {
      vaultName,
      value,
      own: { syncId: settings.syncId, secretId: secret.id, epoch, fingerprint },
      current,
      adoptsDeleted: settings.existingPolicy === "adopt",
    },
    environment,
  );
  if (outcome.ok) return { ...outcome, fingerprint };
  const { failure } = outcome;
  if (concernsSync(failure, tally)) throw new FailureError(failure);
  return {
    ok: false,
    failure,
    nextAttemptAt: nextAttempt(failure, action.record?.attempts ?? 0, environment),
  };
}

async function deleteOne(
  { record, vaultName, successorId }: DeleteAction,
  unwritten: ReadonlySet<string>,
  environment: ApplyEnvironment,
): Promise<void> {
  const { vault, guard, signal, journal, tally, retry, inGrace } = environment;
  if (successorId !== null && unwritten.has(successorId)) {
    journal.save(settleUnremoved(record, null, null, new Date()));
    return;
  }
  for (let attempts = 1; ; attempts += 1) {
    guard.check();
    try {
      await vault.remove(vaultName, signal);
      tally.add("deleted");
      journal.forget(record);
      return;
    } catch (error) {
      if (!(error instanceof FailureError)) throw error;
      const { failure } = error;
      if (concernsSync(failure, tally)) throw error;
      if (!passesByItself(failure, inGrace) || attempts >= retry.attemptsPerRun) {
        tally.add("failed");
        const next = nextAttempt(failure, record.attempts, environment);
        journal.save(settleUnremoved(record, failure, next, new Date()));
        return;
      }
      await guard.pause(backoff(retry.withinRun, attempts, Math.random(), failure.retryAfterMs));
    }
  }
}

/**
 * A refusal concerns the whole sync unless the vault let another secret through in this run: a role can be bound to
 * names, and a proxy can dislike one request.
 */
function concernsSync(failure: Failure, tally: RunTally): boolean {
  if (failureScope(failure.code) !== "sync") return false;
  const { created, updated, adopted, recovered, repaired, deleted } = tally.counts;
  return (
    failure.code.startsWith("ENTRA_") || created + updated + adopted + recovered + repaired + deleted === 0
  );
}

function nextAttempt(failure: Failure, attempts: number, { retry, inGrace }: ApplyEnvironment): Date | null {
  if (!passesByItself(failure, inGrace)) return null;
  return new Date(Date.now() + backoff(retry.secret, attempts, Math.random(), failure.retryAfterMs));
}

/**
 * Gives the items to `work`, so many at a time, in their order. After the first error no further item begins; the error
 * is thrown when those under way have ended, so that none of their results is lost.
 */
async function inParallel<Item>(
  items: readonly Item[],
  concurrency: number,
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const queue = items.entries();
  let failed: { readonly error: unknown } | undefined;
  const lane = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (failed !== undefined) return;
      try {
        await work(item, index);
      } catch (error) {
        failed ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, lane));
  if (failed !== undefined) throw failed.error;
}
