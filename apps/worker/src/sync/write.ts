import type { Failure } from "@kvsync/contracts";
import { FailureError } from "../failure-error.ts";
import type { WriteBudget } from "../vault/budget.ts";
import type { Vault, VaultItem, Written } from "../vault/port.ts";
import type { Guard } from "./halt.ts";
import { isManagedByUs, ownerOf, tagsFor, wrote, type OwnTags } from "./ownership.ts";
import { backoff, passesByItself, type RetryPolicy } from "./retry.ts";

/** One secret to be written, with its value in memory. */
export type Write = Readonly<{
  vaultName: string;
  value: string;
  own: OwnTags;
  /** The version to take foreign tags, content type and times over from. */
  current: VaultItem | undefined;
  /** Whether a deleted secret that isn't ours may be recovered and written over. */
  adoptsDeleted: boolean;
}>;

export type WriteEnvironment = Readonly<{
  vault: Vault;
  /** What all workers together may write to this vault. */
  budget: WriteBudget;
  guard: Guard;
  /** Aborts requests under way, when the worker can't wait for them any longer. */
  signal: AbortSignal;
  retry: RetryPolicy;
  /** Whether the sync was connected so lately that a setting may not have reached all of Azure. */
  inGrace: boolean;
}>;

export type WriteOutcome =
  | { readonly ok: true; readonly written: Written; readonly recovered: boolean }
  | { readonly ok: false; readonly failure: Failure };

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
type Preparation = "none" | "look-whether-it-arrived" | "recover";

/**
 * Writes one secret, with as many attempts as a run allows. Recovers a deleted secret of ours that holds the name,
 * waits while the vault deletes or recovers it, and before repeating a write whose answer was lost looks whether it
 * arrived, so that it makes no second version.
 *
 * @throws {Halt} when the run must stop
 */
export async function writeSecret(write: Write, environment: WriteEnvironment): Promise<WriteOutcome> {
  const { guard, retry, inGrace } = environment;
  let preparation: Preparation = "none";
  let recovered = false;
  for (let attempts = 0, waits = 0, throttlings = 0; ;) {
    guard.check();
    try {
      if (preparation === "look-whether-it-arrived") {
        const written = await findArrived(write, environment);
        if (written !== undefined) return { ok: true, written, recovered };
      } else if (preparation === "recover") {
        await recover(write, environment);
        recovered = true;
      }
      preparation = "none";
      await takeTurn(environment);
      return { ok: true, written: await setOnce(write, environment), recovered };
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
        await environment.budget.hold(backoff(THROTTLED, throttlings, Math.random(), failure.retryAfterMs));
        continue;
      }
      attempts += 1;
      if (!passesByItself(failure, inGrace) || attempts >= retry.attemptsPerRun)
        return { ok: false, failure };
      if (UNCERTAIN.has(failure.code)) preparation = "look-whether-it-arrived";
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
 * what was there before.
 */
async function recover(
  { vaultName, adoptsDeleted }: Write,
  { vault, signal }: WriteEnvironment,
): Promise<void> {
  const tags = await vault.deletedTags(vaultName, signal);
  if (tags === null) return;
  if (!isManagedByUs(tags) && !adoptsDeleted)
    throw new FailureError({ code: "VAULT_NAME_HELD_BY_DELETED", fields: { vaultName } });
  try {
    await vault.recover(vaultName, signal);
  } catch (error) {
    // A role may let secrets be written and not recovered; that is this secret's trouble, and no other's.
    if (!(error instanceof FailureError && DENIED.has(error.code))) throw error;
    throw new FailureError({ code: "VAULT_RECOVERY_DENIED", fields: { vaultName } }, { cause: error });
  }
}

/** Waits for this vault's next write. @throws {Halt} when the run must stop meanwhile */
async function takeTurn({ budget, guard }: WriteEnvironment): Promise<void> {
  for (let wait = await budget.take(); wait > 0; wait = await budget.take()) await guard.pause(wait);
  guard.check();
}

async function setOnce(write: Write, { vault, signal }: WriteEnvironment): Promise<Written> {
  const { vaultName, value, own, current } = write;
  return vault.set(
    vaultName,
    value,
    {
      tags: tagsFor(own, current?.tags ?? {}),
      contentType: current?.contentType,
      notBefore: current?.notBefore,
      expires: current?.expires,
    },
    signal,
  );
}

async function findArrived(write: Write, { vault, signal }: WriteEnvironment): Promise<Written | undefined> {
  const { own, vaultName } = write;
  const versions = await vault.versions(vaultName, signal);
  const arrived = versions.find((version) => {
    const owner = ownerOf(version, own.syncId);
    return (
      owner.kind === "this-sync" && owner.write?.epoch === own.epoch && wrote(owner.write, own.fingerprint)
    );
  });
  return arrived && { version: arrived.version, updated: arrived.updated, requestId: undefined };
}
