import { failureScope, type Failure } from "@kvsync/contracts";
import { FailureError } from "../failure-error.ts";
import type { VaultBudget } from "../vault/budget/budgets.ts";
import type { Vault } from "../vault/port.ts";
import { isEffect, isWrite, type DeleteAction, type Plan, type WriteAction } from "./actions.ts";
import type { Clock } from "../clock.ts";
import type { Claims } from "./claims.ts";
import { blocked } from "./decide.ts";
import { EarlyTurn } from "./early-turn.ts";
import type { Guard } from "./halt.ts";
import { inParallel } from "./in-parallel.ts";
import type { RunJournal } from "./journal.ts";
import type { PlanSettings } from "./plan.ts";
import type { Relook } from "./relook.ts";
import { backoff, passesByItself, type RetryPolicy } from "./retry.ts";
import {
  settleBlocked,
  settleHold,
  settleKeep,
  settleUndone,
  settleUnremoved,
  settleWrite,
  type WriteResult,
} from "./settle.ts";
import type { RunTally } from "./tally.ts";
import type { ValueReader } from "./values.ts";
import { takeWriteTurn, writeSecret } from "./write.ts";

/** What was seen so short a time (ms) before a write isn't looked at again while it is under way. */
const JUST_SEEN_MS = 2_000;

export type ApplyEnvironment = Readonly<{
  settings: PlanSettings;
  epoch: number;
  vault: Vault;
  budget: VaultBudget;
  guard: Guard;
  signal: AbortSignal;
  retry: RetryPolicy;
  inGrace: boolean;
  /** How many requests to the vault are under way at once. */
  concurrency: number;
  clock: Clock;
  journal: RunJournal;
  tally: RunTally;
  /** For the plan's effects, in their order. */
  relook: Relook;
  /** For the secrets of the plan's writes, in their order. */
  values: ValueReader;
  /** For the plan's effects: its writes, then its removals, in their order. */
  claims: Claims;
}>;

/** A plan's effects in the order in which they are carried out: removals come last. */
export function effectsOf(actions: Plan): Array<WriteAction | DeleteAction> {
  const effects = actions.filter(isEffect);
  return [...effects.filter(isWrite), ...effects.filter((action) => action.kind === "delete")];
}

/**
 * Carries a plan out: writes first, then removals, each secret with its own outcome, saved as it comes in.
 *
 * @throws {FailureError} when a failure concerns the whole sync, and {Halt} when the run must stop. What was done until
 *   then is in the journal.
 */
export async function applyPlan(actions: Plan, environment: ApplyEnvironment): Promise<void> {
  settleWithoutVault(actions, environment);
  try {
    await applyEffects(actions, environment);
  } catch (error) {
    // A sync that may write nothing keeps no other sync from the names that it would have written.
    if (error instanceof FailureError)
      for (const { before, claimed } of await environment.claims.unbegun())
        environment.journal.save(settleUndone(before, claimed));
    throw error;
  }
}

async function applyEffects(actions: Plan, environment: ApplyEnvironment): Promise<void> {
  const { concurrency, journal } = environment;
  const unwritten = new Set<string>();
  const effects = effectsOf(actions);
  const writes = effects.filter(isWrite);
  await inParallel(writes, concurrency, async (action, index) => {
    if (!(await writeOne(action, index, environment))) unwritten.add(action.secret.id);
    await journal.tick();
  });
  await inParallel(effects.slice(writes.length), concurrency, async (action, index) => {
    if (action.kind === "delete") await deleteOne(action, writes.length + index, unwritten, environment);
    await journal.tick();
  });
}

/** What needs no request: the secrets that stay as they are, in the vault or out of it. */
function settleWithoutVault(actions: Plan, environment: ApplyEnvironment): void {
  const { journal, tally, settings } = environment;
  const now = new Date(environment.clock.now());
  for (const action of actions)
    switch (action.kind) {
      case "blocked":
        tally.add("blocked");
        journal.save(settleBlocked(action, now));
        break;
      case "keep":
        tally.add("unchanged");
        journal.save(settleKeep(action, settings, now));
        break;
      case "wait":
        tally.add(action.record.state === "blocked" ? "blocked" : "failed");
        tally.retriesAt(action.record.nextAttemptAt);
        break;
      case "hold":
        if (action.failure !== null) tally.add("held");
        journal.save(settleHold(action.record, action.failure, now));
        break;
      case "forget":
        journal.forget(action.record);
        break;
      default:
    }
}

/** Whether what an action writes over wasn't looked at just now. What it puts back stands in an older version. */
function isUnseen({ kind, seenAt, unseen, lost }: WriteAction, now: number): boolean {
  if (kind === "create" || kind === "recover" || lost !== undefined) return false;
  return unseen || now - seenAt > JUST_SEEN_MS || now < seenAt;
}

/** False when the secret isn't in the vault as the source has it. */
async function writeOne(
  planned: WriteAction,
  index: number,
  environment: ApplyEnvironment,
): Promise<boolean> {
  const { settings, epoch, guard, values, claims, tally, journal, relook } = environment;
  guard.check();
  const turn = new EarlyTurn(() => takeWriteTurn(environment), environment.clock);
  const [sealed, claim] = await Promise.all([values.find(index), claims.of(index)]);
  // It vanished at the source meanwhile: the run that its removal rang for finds the claim.
  if (sealed === undefined) return false;
  const now = (): Date => new Date(environment.clock.now());
  if (claim.got === "taken") {
    const { vaultName } = planned;
    const failure: Failure = { code: "VAULT_SECRET_OWNED", fields: { vaultName, owner: claim.owner } };
    tally.add("blocked");
    journal.save(settleBlocked(blocked(planned, failure, true), now()));
    return false;
  }
  const settle = (action: WriteAction, result: WriteResult): boolean => {
    tally.addWrite(action.kind, result);
    if (!result.ok) tally.retriesAt(result.nextAttemptAt);
    else if (action.kind === "update" || action.kind === "rewrite")
      journal.grow({ secretId: action.secret.id, cause: action.repairs ? "repair" : "update" });
    journal.save(settleWrite(action, claim.record, result, epoch, now()));
    return result.ok && result.enabled;
  };
  const opened = await values.open(sealed);
  if (opened.found === "unreadable") {
    claims.begin(index);
    return settle(planned, {
      ok: false,
      failure: { code: "VALUE_UNREADABLE", fields: {} },
      uncertain: false,
      nextAttemptAt: null,
    });
  }
  tally.valuesRead += 1;
  const action = await relook.decide(index);
  claims.begin(index);
  if (action.kind === "keep" || action.kind === "blocked") {
    // The claim's row is the secret's record from now on.
    const record = action.record ?? { ...claim.record, intentEpoch: null };
    settleWithoutVault([{ ...action, record }], environment);
    return action.kind === "keep";
  }
  if (!isWrite(action)) return false;
  const { secret, vaultName, carried } = action;
  const { value, fingerprint } = opened;
  const outcome = await writeSecret(
    {
      vaultName,
      value,
      own: { syncId: settings.syncId, secretId: secret.id, epoch, fingerprint },
      carried,
      enabled: action.lost?.enabled ?? true,
      unseen: isUnseen(action, now().getTime()) ? { recorded: action.record?.vaultVersion ?? null } : null,
      isDeleted: action.kind === "recover",
      adoptsDeleted: settings.existingPolicy !== "fail" || action.record?.adoptionAllowed === true,
    },
    environment,
    () => turn.use(),
  );
  if (outcome.ok) return settle(action, { ...outcome, fingerprint });
  const { failure } = outcome;
  if (concernsSync(failure, tally)) {
    if (!outcome.uncertain) journal.save(settleUndone(action.record, claim.record));
    throw new FailureError(failure);
  }
  const nextAttemptAt = nextAttempt(failure, claim.record.attempts, environment);
  return settle(action, { ...outcome, nextAttemptAt });
}

async function deleteOne(
  planned: DeleteAction,
  index: number,
  unwritten: ReadonlySet<string>,
  environment: ApplyEnvironment,
): Promise<void> {
  const { vault, guard, signal, journal, tally, retry, inGrace, claims, relook } = environment;
  const { record, successorId } = planned;
  if (successorId !== null && unwritten.has(successorId)) {
    journal.save(settleHold(record, null, new Date(environment.clock.now())));
    return;
  }
  guard.check();
  const claim = await claims.of(index);
  if (claim.got === "taken") {
    journal.forget(record);
    return;
  }
  const action = await relook.decide(index);
  claims.begin(index);
  if (action.kind !== "delete") {
    settleWithoutVault([action], environment);
    return;
  }
  for (let attempts = 1; ; attempts += 1) {
    guard.check();
    try {
      await vault.remove(action.vaultName, signal);
      tally.add("deleted");
      journal.forget(record);
      return;
    } catch (error) {
      if (!(error instanceof FailureError)) throw error;
      const { failure } = error;
      // Whether a refused removal was carried out, the next run sees: the name stays claimed.
      if (concernsSync(failure, tally)) throw error;
      if (!passesByItself(failure, inGrace) || attempts >= retry.attemptsPerRun) {
        tally.add("failed");
        const next = nextAttempt(failure, record.attempts, environment);
        tally.retriesAt(next);
        journal.save(settleUnremoved(claim.record, failure, next, new Date(environment.clock.now())));
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

function nextAttempt(
  failure: Failure,
  attempts: number,
  { retry, inGrace, clock }: ApplyEnvironment,
): Date | null {
  if (!passesByItself(failure, inGrace)) return null;
  return new Date(clock.now() + backoff(retry.secret, attempts, Math.random(), failure.retryAfterMs));
}
