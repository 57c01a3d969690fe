import { randomUUID } from "node:crypto";
import type { Failure } from "@kvsync/contracts";
import type { RecordValue, RunCounts, SourceSecret } from "@kvsync/store";
import type { VaultItem, Written } from "../vault/port.ts";
import { vaultKeyOf } from "./names.ts";
import { ownerOf } from "./ownership.ts";
import type { Action, WriteKind } from "./plan.ts";

/** How a write ended. */
export type WriteResult =
  | {
      readonly ok: true;
      readonly written: Written;
      /** Of the value that was written; newer than the plan's when it changed in between. */
      readonly fingerprint: string;
      /** Whether a deleted secret was recovered first. */
      readonly recovered: boolean;
    }
  | {
      readonly ok: false;
      readonly failure: Failure;
      /** When a later run tries again by itself, or null. */
      readonly nextAttemptAt: Date | null;
    };

type WriteAction = Extract<Action, { kind: WriteKind }>;

/** A record for a secret of which nothing is known. */
function newRecord(secret: SourceSecret): RecordValue {
  return {
    id: randomUUID(),
    secretId: secret.id,
    secretName: secret.name,
    vaultName: null,
    heldKey: null,
    state: "pending",
    wantedFingerprint: null,
    fingerprint: null,
    vaultVersion: null,
    vaultUpdated: null,
    writeEpoch: null,
    attempts: 0,
    failureCode: null,
    failureFields: null,
    failingSince: null,
    lastAttemptAt: null,
    nextAttemptAt: null,
    writtenAt: null,
    requestId: null,
  };
}

const noFailure = {
  failureCode: null,
  failureFields: null,
  failingSince: null,
  nextAttemptAt: null,
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

/** The record after a write. */
export function settleWrite(action: WriteAction, result: WriteResult, epoch: number, now: Date): RecordValue {
  const { secret, vaultName } = action;
  const before = action.record ?? newRecord(secret);
  const attempt = {
    ...before,
    secretId: secret.id,
    secretName: secret.name,
    vaultName,
    wantedFingerprint: secret.fingerprint,
    lastAttemptAt: now,
  };
  if (!result.ok)
    return {
      ...attempt,
      state: "failed",
      attempts: before.attempts + 1,
      ...failed(before, result.failure, now, result.nextAttemptAt),
    };
  const { written, fingerprint } = result;
  return {
    ...attempt,
    ...noFailure,
    state: "synced",
    heldKey: vaultKeyOf(vaultName),
    wantedFingerprint: fingerprint,
    fingerprint,
    vaultVersion: written.version,
    vaultUpdated: written.updated,
    writeEpoch: epoch,
    attempts: 0,
    writtenAt: now,
    requestId: written.requestId ?? null,
  };
}

/** The record of a secret that can't be written as things are; undefined when it says so already. */
export function settleBlocked(
  action: Extract<Action, { kind: "blocked" }>,
  now: Date,
): RecordValue | undefined {
  const { secret, failure, vaultName } = action;
  const before = action.record ?? newRecord(secret);
  const after: RecordValue = {
    ...before,
    secretId: secret.id,
    secretName: secret.name,
    // Where an older name is still held in the vault, the record goes on showing it.
    vaultName: before.heldKey === null ? vaultName : before.vaultName,
    state: "blocked",
    wantedFingerprint: secret.fingerprint,
    lastAttemptAt: now,
    ...failed(before, failure, now, null),
  };
  const same =
    before.state === "blocked" &&
    before.secretName === after.secretName &&
    before.vaultName === after.vaultName &&
    before.wantedFingerprint === after.wantedFingerprint &&
    before.failureCode === after.failureCode &&
    JSON.stringify(before.failureFields) === JSON.stringify(after.failureFields);
  return same ? undefined : after;
}

/** The record of a secret that stands in the vault as it should; undefined when it says so already. */
export function settleKeep(
  action: Extract<Action, { kind: "keep" }>,
  syncId: string,
  now: Date,
): RecordValue | undefined {
  const { secret, vaultName, current } = action;
  const before = action.record ?? newRecord(secret);
  const observed = current === undefined ? {} : observe(current, syncId, before);
  const after: RecordValue = {
    ...before,
    secretId: secret.id,
    secretName: secret.name,
    vaultName,
    heldKey: vaultKeyOf(vaultName),
    wantedFingerprint: secret.fingerprint,
    fingerprint: secret.fingerprint,
    ...noFailure,
    state: "synced",
    attempts: 0,
    ...observed,
  };
  const same =
    before.state === "synced" &&
    before.secretId === after.secretId &&
    before.secretName === after.secretName &&
    before.heldKey === after.heldKey &&
    before.vaultUpdated === after.vaultUpdated &&
    before.writeEpoch === after.writeEpoch;
  return same ? undefined : { ...after, writtenAt: before.writtenAt ?? now };
}

/** What a list tells of our own write that we didn't know to have arrived. Its version's id isn't among it. */
function observe(current: VaultItem, syncId: string, before: RecordValue): Partial<RecordValue> {
  if (current.updated === before.vaultUpdated) return {};
  const owner = ownerOf(current, syncId);
  const epoch = owner.kind === "this-sync" ? owner.write?.epoch : undefined;
  return { vaultUpdated: current.updated, vaultVersion: null, writeEpoch: epoch ?? before.writeEpoch };
}

/** The record of a secret whose removal from the vault failed, or waits for its successor. */
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

/** Counts what a run did while it does it. */
export class RunTally {
  #counts: { -readonly [Key in keyof RunCounts]: number };

  constructor() {
    this.#counts = {
      total: 0,
      created: 0,
      updated: 0,
      adopted: 0,
      recovered: 0,
      repaired: 0,
      deleted: 0,
      unchanged: 0,
      blocked: 0,
      failed: 0,
    };
  }

  get counts(): RunCounts {
    return { ...this.#counts };
  }

  /** How many secrets the source has. */
  set total(total: number) {
    this.#counts.total = total;
  }

  add(what: Exclude<keyof RunCounts, "total">): void {
    this.#counts[what] += 1;
  }

  addWrite(kind: WriteKind, result: WriteResult): void {
    if (!result.ok) this.add("failed");
    else if (result.recovered) this.add("recovered");
    else
      this.add(
        ({ create: "created", update: "updated", adopt: "adopted", rewrite: "repaired" } as const)[kind],
      );
  }
}
