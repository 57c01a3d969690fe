import { bundle, deletedBundle, deletedItem } from "./bundles.ts";
import type { Call, Result } from "./call.ts";
import { deny } from "./errors.ts";
import { pageOfSecrets } from "./read-operations.ts";
import type { Secret } from "./secret.ts";
import { existing } from "./write-operations.ts";

const DAY_MS = 86_400_000;

/** The secret is gone at once, but shows among the deleted ones only after the knob `deletion.deleteMs`. */
export function deleteSecret({ vault, store, clock, knobs, base, name }: Call): Result {
  const now = clock.now();
  const secret = existing(store.get(name, now), name, now);
  if (secret.head.managedBy !== undefined) throw deny.deleteOfManaged();
  const purgeAt = now + vault.softDeleteRetentionInDays * DAY_MS;
  const readyAt = now + knobs.values.deletion.deleteMs;
  store.setPhase(secret, { phase: "deleted", deletedAt: now, readyAt, purgeAt }, now);
  return { status: 200, body: deletedBundle(base, vault, secret) };
}

export function getDeletedSecret({ vault, store, clock, base, name }: Call): Result {
  const secret = store.get(name, clock.now());
  if (secret?.head.phase.phase !== "deleted" || secret.head.phase.readyAt > clock.now()) {
    throw deny.deletedNotFound(name);
  }
  return { status: 200, body: deletedBundle(base, vault, secret) };
}

export function listDeletedSecrets(call: Call): Result {
  return pageOfSecrets(
    call,
    "/deletedsecrets",
    (after, size) => call.store.deletedPage(after, size, call.clock.now()),
    (secret) => deletedItem(call.base, call.vault, secret),
  );
}

/** The secret can be read and written again only after the knob `deletion.recoverMs`. */
export function recoverDeletedSecret({ vault, store, clock, knobs, base, name }: Call): Result {
  const now = clock.now();
  const secret = deleted(store.get(name, now), name, now);
  if (secret === undefined) throw deny.notFound(name);
  store.setPhase(secret, { phase: "active", readyAt: now + knobs.values.deletion.recoverMs }, now);
  return { status: 200, body: bundle(base, vault, secret, secret.current) };
}

/** The secret is gone for good; its name is free after the knob `deletion.purgeMs`. */
export function purgeDeletedSecret({ vault, store, clock, knobs, name }: Call): Result {
  const now = clock.now();
  const secret = deleted(store.get(name, now), name, now);
  if (secret === undefined) throw deny.deletedNotFound(name);
  if (vault.enablePurgeProtection) throw deny.purgeProtected(vault);
  store.setPhase(secret, { phase: "purged", freeAt: now + knobs.values.deletion.purgeMs }, now);
  return { status: 204 };
}

/** @throws {VaultError} 409 while it is still being deleted, or being recovered */
function deleted(secret: Secret | undefined, name: string, now: number): Secret | undefined {
  const phase = secret?.head.phase;
  if (phase?.phase === "active" && phase.readyAt > now) throw deny.beingRecovered(name);
  if (phase?.phase !== "deleted") return undefined;
  if (phase.readyAt > now) throw deny.stillBeingDeleted();
  return secret;
}
