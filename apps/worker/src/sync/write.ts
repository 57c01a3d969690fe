import type { Failure } from "@kvsync/contracts";
import { FailureError } from "../failure-error.ts";
import type { VaultBudget } from "../vault/budget/budgets.ts";
import type { CarriedProperties } from "@kvsync/store";
import type { Vault, VaultVersion, Written } from "../vault/port.ts";
import type { Guard } from "./halt.ts";
import { carriedFrom, carriesSame, ownerOf, tagRoom, tagsFor, wrote, type OwnTags } from "./ownership.ts";
import { whyNotRecovered } from "./recovery.ts";
import { backoff, passesByItself, type RetryPolicy } from "./retry.ts";
import { isLost, lookBeside, writtenOver } from "./written-over.ts";

/** One secret to be written, with its value in memory. */
export type Write = Readonly<{
  vaultName: string;
  value: string;
  own: OwnTags;
  /** What the new version takes over from the one that stands there. */
  carried: CarriedProperties | null;
  /** False where it puts back what an earlier write enabled. */
  enabled: boolean;
  /**
   * What stands there was not looked at just now: the version that the record tells of. Then it is looked at while the
   * write is under way, and what somebody changed around its value meanwhile is put back. Null where that isn't needed.
   */
  unseen: Readonly<{ recorded: string | null }> | null;
  /** Whether a deleted secret is known to hold the name. */
  isDeleted: boolean;
  /** Whether a deleted secret that isn't ours may be recovered and written over. */
  adoptsDeleted: boolean;
}>;

export type WriteEnvironment = Readonly<{
  vault: Vault;
  /** What all workers together may write to this vault. */
  budget: VaultBudget;
  guard: Guard;
  /** Aborts requests under way, when the worker can't wait for them any longer. */
  signal: AbortSignal;
  retry: RetryPolicy;
  /** Whether the sync was connected so lately that a setting may not have reached all of Azure. */
  inGrace: boolean;
}>;

export type WriteOutcome =
  | {
      readonly ok: true;
      readonly written: Written;
      readonly recovered: boolean;
      /** What the new version took over. */
      readonly carried: CarriedProperties | null;
      /** False where what it came over was disabled: it is too, then. */
      readonly enabled: boolean;
      /** How many versions it took: two where something was put back. */
      readonly versions: number;
    }
  | {
      readonly ok: false;
      readonly failure: Failure;
      /** Whether a version of ours may have arrived, or may yet arrive, all the same. */
      readonly uncertain: boolean;
    };

/** After these it isn't known whether the version was made. */
const UNCERTAIN: ReadonlySet<string> = new Set([
  "VAULT_TIMEOUT",
  "VAULT_UNREACHABLE",
  "VAULT_UNAVAILABLE",
  "VAULT_UNEXPECTED",
]);

/** How long and how often a write waits for the vault's own deleting and recovering: about a minute in all. */
const IN_TRANSIT = { baseMs: 1_000, capMs: 5_000 };
const MOST_WAITS = 20;

/** How long and how often a write waits for a vault that throttles all the same: two minutes and more in all. */
const THROTTLED = { baseMs: 500, capMs: 16_000 };
const MOST_THROTTLINGS = 12;

const DENIED: ReadonlySet<string> = new Set([
  "VAULT_ROLE_MISSING",
  "VAULT_ACCESS_POLICY_MISSING",
  "VAULT_FORBIDDEN",
]);

/** What an attempt has to do before it writes. */
type Preparation = "none" | "look-whether-it-arrived" | "recover" | "look-what-was-recovered";

/**
 * Writes one secret, with as many attempts as a run allows. Recovers a deleted secret of ours that holds the name,
 * waits while the vault deletes or recovers it, and before repeating a write whose answer was lost looks whether it
 * arrived, so that it makes no second version. Where the version that it came over turns out to be disabled, or to have
 * other tags, type or times than were known, it writes once more with them.
 *
 * @param takeTurn waits for the vault's next write, before each attempt
 * @throws {Halt} when the run must stop
 */
export async function writeSecret(
  write: Write,
  environment: WriteEnvironment,
  takeTurn: () => Promise<void> = () => takeWriteTurn(environment),
): Promise<WriteOutcome> {
  const { guard, retry, inGrace } = environment;
  let preparation: Preparation = write.isDeleted ? "recover" : "none";
  let { carried, enabled, unseen } = write;
  let versions = 1;
  let recovered = false;
  let uncertain = false;
  /** Of a write that arrived: its outcome, or undefined where it is to be written once more with what it came over. */
  const settle = (written: Written, over: VaultVersion | undefined): WriteOutcome | undefined => {
    unseen = null;
    if (over === undefined || !isLost(over, carried))
      return { ok: true, written, recovered, carried, enabled, versions };
    // From here on a version of ours stands there.
    uncertain = true;
    versions += 1;
    requireTagRoom(write, over);
    ({ enabled } = over);
    carried = carriedFrom(over);
    return undefined;
  };
  for (let attempts = 0, waits = 0, throttlings = 0; ;) {
    guard.check();
    try {
      if (preparation === "look-whether-it-arrived") {
        const listed = await environment.vault.versions(write.vaultName, environment.signal);
        const written = findArrived(write, listed, versions > 1 ? { carried, enabled } : null);
        const over = unseen === null ? undefined : writtenOver(listed, write.own, unseen.recorded);
        const outcome = written && settle(written, over);
        if (outcome !== undefined) return outcome;
      } else if (preparation === "recover") {
        recovered = await recover(write, environment);
        if (recovered) preparation = "look-what-was-recovered";
      }
      if (preparation === "look-what-was-recovered") carried = await findRecovered(write, environment);
      preparation = "none";
      await takeTurn();
      const setting = setOnce(write, { carried, enabled }, environment);
      const looking = unseen === null ? undefined : lookBeside(write, unseen.recorded, environment);
      const written = await setting;
      const look = await looking;
      if (look !== undefined && "error" in look) {
        // It has arrived; what it came over isn't known yet.
        preparation = "look-whether-it-arrived";
        uncertain = true;
        throw look.error;
      }
      const outcome = settle(written, look?.over);
      if (outcome !== undefined) return outcome;
    } catch (error) {
      if (!(error instanceof FailureError)) throw error;
      const { failure } = error;
      if (failure.code === "VAULT_SECRET_DELETED" && !recovered) {
        preparation = "recover";
        continue;
      }
      if (isInTransit(failure, recovered) && waits < MOST_WAITS) {
        waits += 1;
        await guard.pause(backoff(IN_TRANSIT, waits, Math.random(), failure.retryAfterMs));
        continue;
      }
      if (failure.code === "VAULT_THROTTLED" && throttlings < MOST_THROTTLINGS) {
        throttlings += 1;
        // Somebody beside this system writes there too, or the limit is lower: all workers leave off for a while.
        await environment.budget.hold(
          "write",
          backoff(THROTTLED, throttlings, Math.random(), failure.retryAfterMs),
        );
        continue;
      }
      attempts += 1;
      if (UNCERTAIN.has(failure.code)) uncertain = true;
      if (!passesByItself(failure, inGrace) || attempts >= retry.attemptsPerRun)
        return { ok: false, failure, uncertain };
      if (UNCERTAIN.has(failure.code) && preparation === "none") preparation = "look-whether-it-arrived";
      await guard.pause(backoff(retry.withinRun, attempts, Math.random(), failure.retryAfterMs));
    }
  }
}

/** Whether the vault is busy with the name: it deletes or recovers it, or hasn't noticed our recovery yet. */
function isInTransit({ code }: Failure, recovered: boolean): boolean {
  return (
    code === "VAULT_SECRET_BEING_DELETED" ||
    code === "VAULT_SECRET_BEING_RECOVERED" ||
    (code === "VAULT_SECRET_DELETED" && recovered)
  );
}

/**
 * Begins the recovery of the deleted secret that holds the name, if a sync of this system made it or this sync adopts
 * what was there before. False when none holds it any more.
 */
async function recover(
  { vaultName, own: { syncId }, adoptsDeleted: adopts }: Write,
  { vault, signal }: WriteEnvironment,
): Promise<boolean> {
  try {
    const deleted = await vault.findDeleted(vaultName, signal);
    if (deleted === null) return false;
    const refusal = whyNotRecovered(deleted, { vaultName, syncId, adopts });
    if (refusal !== undefined) throw new FailureError(refusal);
    await vault.recover(vaultName, signal);
    return true;
  } catch (error) {
    // A role may let secrets be written and not recovered; that is this secret's trouble, and no other's.
    if (!(error instanceof FailureError && DENIED.has(error.code))) throw error;
    throw new FailureError({ code: "VAULT_RECOVERY_DENIED", fields: { vaultName } }, { cause: error });
  }
}

/** What the recovered secret brings along. It isn't there before the vault has recovered it. */
async function findRecovered(
  { vaultName }: Write,
  { vault, signal }: WriteEnvironment,
): Promise<CarriedProperties | null> {
  const versions = await vault.versions(vaultName, signal);
  const [current] = versions.toSorted((one, other) => other.created - one.created);
  if (current === undefined)
    throw new FailureError({ code: "VAULT_SECRET_BEING_RECOVERED", fields: { vaultName } });
  if (current.managed) throw new FailureError({ code: "VAULT_SECRET_MANAGED", fields: { vaultName } });
  if (!current.enabled) throw new FailureError({ code: "VAULT_SECRET_DISABLED", fields: { vaultName } });
  requireTagRoom({ vaultName }, current);
  return carriedFrom(current);
}

/** @throws {FailureError} `VAULT_SECRET_TAGS` */
function requireTagRoom({ vaultName }: Pick<Write, "vaultName">, { tags }: VaultVersion): void {
  const room = tagRoom(tags);
  if (!room.fits)
    throw new FailureError({ code: "VAULT_SECRET_TAGS", fields: { vaultName, count: room.foreign } });
}

/** Waits for this vault's next write. @throws {Halt} when the run must stop meanwhile */
export async function takeWriteTurn({
  budget,
  guard,
}: Pick<WriteEnvironment, "budget" | "guard">): Promise<void> {
  await budget.takeWrite((ms) => guard.pause(ms));
  guard.check();
}

/** What a version has around its value. */
type Surroundings = Readonly<{ carried: CarriedProperties | null; enabled: boolean }>;

async function setOnce(
  { vaultName, value, own }: Write,
  { carried, enabled }: Surroundings,
  { vault, signal }: WriteEnvironment,
): Promise<Written> {
  const { tags = {}, ...rest } = carried ?? {};
  const properties = { tags: tagsFor(own, tags), ...rest, ...(enabled ? {} : { enabled }) };
  return vault.set(vaultName, value, properties, signal);
}

/** @param exactly what the version must have around its value, where another one carries the same mark */
function findArrived(
  write: Pick<Write, "own">,
  versions: readonly VaultVersion[],
  exactly: Surroundings | null,
): Written | undefined {
  const { own } = write;
  const arrived = versions.find((version) => {
    const owner = ownerOf(version, own.syncId);
    const isOurs =
      owner.kind === "this-sync" && owner.write?.epoch === own.epoch && wrote(owner.write, own.fingerprint);
    if (!isOurs || exactly === null) return isOurs;
    return version.enabled === exactly.enabled && carriesSame(carriedFrom(version), exactly.carried);
  });
  return arrived && { version: arrived.version, updated: arrived.updated, requestId: undefined };
}
