import type { Failure } from "@kvsync/contracts";
import type { CarriedProperties, RecordValue } from "@kvsync/store";
import type { VaultItem, Written } from "../vault/port.ts";
import type { BlockedAction, KeepAction, WriteAction } from "./actions.ts";
import { carriedFrom, carriesSame, ownerOf } from "./ownership.ts";
import { newRecord } from "./record.ts";

/** How a write ended. */
export type WriteResult =
  | {
      readonly ok: true;
      readonly written: Written;
      /** Of the value that was written; newer than the plan's when it changed in between. */
      readonly fingerprint: string;
      /** Whether a deleted secret was recovered first. */
      readonly recovered: boolean;
      /** What the new version took over. */
      readonly carried: CarriedProperties | null;
      /** Whether the new version is: one that came over a disabled one isn't. */
      readonly enabled: boolean;
      /** How many versions it took. */
      readonly versions: number;
    }
  | {
      readonly ok: false;
      readonly failure: Failure;
      /** Whether a version may have arrived all the same. */
      readonly uncertain: boolean;
      /** When a later run tries again by itself, or null. */
      readonly nextAttemptAt: Date | null;
    };

const noFailure = {
  failureCode: null,
  failureFields: null,
  failingSince: null,
  nextAttemptAt: null,
} as const;

/** A record that holds nothing in the vault. */
const nothingHeld = {
  vaultUrl: null,
  heldKey: null,
  intentEpoch: null,
  fingerprint: null,
  vaultVersion: null,
  vaultUpdated: null,
  vaultProperties: null,
  writeEpoch: null,
} as const;

function failed(
  record: RecordValue,
  failure: Failure,
  now: Date,
  nextAttemptAt: Date | null,
): Partial<RecordValue> {
  return {
    failureCode: failure.code,
    failureFields: failure.fields,
    failingSince: record.failureCode === null ? now : (record.failingSince ?? now),
    nextAttemptAt,
    requestId: failure.requestId ?? null,
  };
}

/** The record by which a run claims a name before it writes there, or a removal before it begins. */
export function claimOf(
  record: RecordValue,
  place: Readonly<{ vaultUrl: string; vaultName: string; key: string }>,
  epoch: number,
): RecordValue {
  const { vaultUrl, vaultName, key } = place;
  return { ...record, vaultUrl, vaultName, heldKey: key, intentEpoch: epoch };
}

/** The record that a write goes by: the one there is, or a new one. */
export function recordOf({ record, secret }: Pick<WriteAction, "record" | "secret">): RecordValue {
  const before = record ?? newRecord(secret.id, secret.name);
  return {
    ...before,
    secretId: secret.id,
    secretName: secret.name,
    wantedFingerprint: secret.fingerprint,
  };
}

/**
 * The record after a write.
 *
 * @param claimed the record as it was claimed for the write
 */
export function settleWrite(
  action: WriteAction,
  claimed: RecordValue,
  result: WriteResult,
  epoch: number,
  now: Date,
): RecordValue {
  const attempt = { ...claimed, lastAttemptAt: now };
  if (!result.ok) {
    return {
      ...attempt,
      ...(result.uncertain ? {} : asBefore(action.record)),
      state: "failed",
      attempts: claimed.attempts + 1,
      ...failed(claimed, result.failure, now, result.nextAttemptAt),
    };
  }
  const { written, fingerprint, carried, enabled } = result;
  const settled: RecordValue = {
    ...attempt,
    ...noFailure,
    state: "synced",
    intentEpoch: null,
    wantedFingerprint: fingerprint,
    fingerprint,
    vaultVersion: written.version,
    vaultUpdated: written.updated,
    vaultProperties: carried,
    writeEpoch: epoch,
    versions: (action.versionCount ?? claimed.versions) + result.versions,
    attempts: 0,
    writtenAt: now,
    requestId: written.requestId ?? null,
  };
  if (enabled) return settled;
  const failure: Failure = { code: "VAULT_SECRET_DISABLED", fields: { vaultName: action.vaultName } };
  return {
    ...settled,
    ...failed(claimed, failure, now, null),
    state: "blocked",
    requestId: settled.requestId,
  };
}

/** The record of an effect that was claimed and then surely not carried out: it holds what it held before. */
export function settleUndone(before: RecordValue | undefined, claimed: RecordValue): RecordValue {
  return { ...claimed, ...asBefore(before) };
}

/** What is held when a write surely didn't arrive: what was held before it, and else nothing. */
function asBefore(record: RecordValue | undefined): Partial<RecordValue> {
  if (record === undefined || record.heldKey === null) return nothingHeld;
  return { intentEpoch: record.intentEpoch };
}

/** The record of a secret that can't be written as things are; undefined when it says so already. */
export function settleBlocked(action: BlockedAction, now: Date): RecordValue | undefined {
  const { secret, failure, vaultName, foreign } = action;
  const before = recordOf(action);
  const after: RecordValue = {
    ...before,
    ...(foreign ? nothingHeld : {}),
    // Where an older name is still held in the vault, the record goes on showing it.
    vaultName: foreign || before.heldKey === null ? vaultName : before.vaultName,
    state: "blocked",
    wantedFingerprint: secret.fingerprint,
    lastAttemptAt: now,
    ...failed(before, failure, now, null),
  };
  const { record } = action;
  const same =
    record !== undefined &&
    record.state === "blocked" &&
    record.secretId === after.secretId &&
    record.secretName === after.secretName &&
    record.vaultName === after.vaultName &&
    record.heldKey === after.heldKey &&
    record.intentEpoch === after.intentEpoch &&
    record.wantedFingerprint === after.wantedFingerprint &&
    record.failureCode === after.failureCode &&
    // Somebody asked for another try, which has been had.
    record.nextAttemptAt === null &&
    JSON.stringify(record.failureFields) === JSON.stringify(after.failureFields);
  return same ? undefined : after;
}

/** The record of a secret that stands in the vault as it should; undefined when it says so already. */
export function settleKeep(
  action: KeepAction,
  place: Readonly<{ syncId: string; vaultUrl: string }>,
  now: Date,
): RecordValue | undefined {
  const { vaultName, key, item, record } = action;
  const before = recordOf(action);
  const after: RecordValue = {
    ...before,
    vaultName,
    vaultUrl: place.vaultUrl,
    heldKey: key,
    intentEpoch: null,
    fingerprint: before.wantedFingerprint,
    ...noFailure,
    state: "synced",
    attempts: 0,
    ...(item === undefined ? {} : observe(item, place.syncId, before)),
  };
  const same =
    record !== undefined &&
    record.state === "synced" &&
    record.secretId === after.secretId &&
    record.secretName === after.secretName &&
    record.heldKey === after.heldKey &&
    record.intentEpoch === null &&
    record.vaultUpdated === after.vaultUpdated &&
    record.writeEpoch === after.writeEpoch &&
    carriesSame(record.vaultProperties, after.vaultProperties);
  return same ? undefined : { ...after, writtenAt: before.writtenAt ?? now };
}

/** What the vault tells of our own version: that it arrived without our knowing, or what was changed around its value. */
function observe(item: VaultItem, syncId: string, before: RecordValue): Partial<RecordValue> {
  const owner = ownerOf(item, syncId);
  const epoch = owner.kind === "this-sync" ? owner.write?.epoch : undefined;
  const sameWrite = epoch === before.writeEpoch;
  return {
    vaultUpdated: item.updated,
    vaultProperties: carriedFrom(item),
    writeEpoch: epoch ?? before.writeEpoch,
    // A list doesn't tell a version's id.
    vaultVersion: sameWrite ? before.vaultVersion : null,
    versions: sameWrite ? before.versions : before.versions + 1,
  };
}

/** The record of a secret whose removal from the vault failed, or waits. */
export function settleUnremoved(
  record: RecordValue,
  failure: Failure | null,
  nextAttemptAt: Date | null,
  now: Date,
): RecordValue {
  const state = "removing";
  if (failure === null) return { ...record, ...noFailure, state };
  return {
    ...record,
    state,
    attempts: record.attempts + 1,
    lastAttemptAt: now,
    ...failed(record, failure, now, nextAttemptAt),
  };
}

/** The record of a removal that waits for approval or its successor; undefined when it says so already. */
export function settleHold(record: RecordValue, failure: Failure | null, now: Date): RecordValue | undefined {
  if (record.state === "removing" && record.failureCode === (failure?.code ?? null)) return undefined;
  return settleUnremoved(record, failure, null, now);
}
