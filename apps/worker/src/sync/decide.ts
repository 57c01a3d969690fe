import { MAX_VALUE_LENGTH, retryClass, type Failure } from "@kvsync/contracts";
import type { RecordValue, SourceSecret } from "@kvsync/store";
import type { VaultItem } from "../vault/port.ts";
import { isWrite, type Action, type BlockedAction, type WriteAction, type WriteKind } from "./actions.ts";
import { carriedFrom, isManagedByUs, ownerOf, tagRoom, wrote } from "./ownership.ts";
import { isBroughtBack, whyNotRecovered } from "./recovery.ts";
import type { PlanInput } from "./plan.ts";
import { carriedOf, covers, type Seen, type SeenItem, type VaultView } from "./view.ts";

/** A source secret with its place in the vault, and the record of it. */
export type Placed = Readonly<{
  secret: SourceSecret;
  vaultName: string;
  /** The lower-cased vault name. */
  key: string;
  record: RecordValue | undefined;
}>;

/** What is to be done with one secret whose name the vault can hold. */
export function decide(input: PlanInput, placed: Placed): Action {
  const { secret, vaultName, key, record } = placed;
  if (secret.length > MAX_VALUE_LENGTH)
    return blocked(placed, { code: "VALUE_TOO_LARGE", fields: { length: secret.length } });
  const { view } = input;
  const action = covers(view, key) ? decideByView(input, view, placed) : decideByRecord(input, placed);
  return record !== undefined && isWrite(action) && isResting(input, secret, vaultName, record)
    ? { kind: "wait", secret, record }
    : action;
}

/** Whether a secret that failed is left alone for now: nothing about it changed, and its next try isn't due. */
function isResting(
  { now, retryAll }: PlanInput,
  secret: SourceSecret,
  vaultName: string,
  record: RecordValue,
): boolean {
  if (retryAll || record.failureCode === null) return false;
  if (record.wantedFingerprint !== secret.fingerprint || record.vaultName !== vaultName) return false;
  if (record.nextAttemptAt !== null) return record.nextAttemptAt.getTime() > now;
  return retryClass(record.failureCode) !== "transient";
}

function decideByRecord(input: PlanInput, placed: Placed): Action {
  const { secret, vaultName, key, record } = placed;
  if (record?.heldKey !== key)
    return write("create", placed, { seenAt: 0, reason: "it isn't in the vault yet" });
  if (record.intentEpoch !== null || record.fingerprint === null)
    return write("update", placed, { seenAt: 0, reason: "an earlier run may have written it" });
  if (record.fingerprint === secret.fingerprint && record.state === "synced")
    return {
      kind: "keep",
      secret,
      vaultName,
      key,
      record,
      item: undefined,
      reason: "unchanged since it was written",
    };
  return write("update", placed, {
    seenAt: seenBy(input, record),
    unseen: true,
    carried: record.vaultProperties,
    versionCount: record.versions,
    reason: "its value changed",
  });
}

/** When the vault was last seen to hold what a record says, in Unix milliseconds; 0 when that isn't known. */
export function seenBy({ vaultSeenAt }: PlanInput, record: RecordValue): number {
  if (record.state !== "synced" || record.intentEpoch !== null) return 0;
  return Math.max(record.writtenAt?.getTime() ?? 0, vaultSeenAt ?? 0);
}

function decideByView(input: PlanInput, view: VaultView, placed: Placed): Action {
  const { secret, vaultName, key, record } = placed;
  const seen = view.items.get(key);
  if (seen === undefined) return decideMissing(input, view, placed);
  if (seen === "as-recorded") {
    if (record?.fingerprint !== secret.fingerprint)
      return writeOver("update", placed, view, seen, "its value changed");
    const reason = "unchanged since it was written";
    return { kind: "keep", secret, vaultName, key, record, item: undefined, reason };
  }
  const { item } = seen;
  if (item.managed) return blocked(placed, { code: "VAULT_SECRET_MANAGED", fields: { vaultName } }, true);
  const owner = ownerOf(item, input.settings.syncId);
  const adopts = mayAdopt(input, record);
  const broughtBack = isBroughtBack(owner, key, record, view);
  if (owner.kind === "other-sync" && !broughtBack) {
    const left = view.owners.get(owner.syncId) === "disconnected";
    if (!left || !adopts) {
      const code = left ? "VAULT_SECRET_LEFT" : "VAULT_SECRET_OWNED";
      return blocked(placed, { code, fields: { vaultName, owner: owner.syncId } }, true);
    }
  }
  const lostTags = owner.kind === "nobody" && (seen.versions === "over-ours" || seen.versions === "ours");
  const theirs = owner.kind !== "this-sync" && !lostTags && !broughtBack;
  if (theirs && !adopts) return blocked(placed, { code: "VAULT_SECRET_EXISTS", fields: { vaultName } }, true);
  if (!item.enabled) return blocked(placed, { code: "VAULT_SECRET_DISABLED", fields: { vaultName } }, theirs);
  const action = theirs
    ? writeOver("adopt", placed, view, seen, "it was there before, and this sync was told to adopt it")
    : decideOurs(input, view, placed, seen);
  const room = tagRoom((seen.lost ?? item).tags);
  return isWrite(action) && !room.fits
    ? blocked(placed, { code: "VAULT_SECRET_TAGS", fields: { vaultName, count: room.foreign } }, theirs)
    : action;
}

/** Whether a secret may take over what was in the vault before: its sync adopts, or somebody allowed it. */
function mayAdopt({ settings }: PlanInput, record: RecordValue | undefined): boolean {
  return settings.existingPolicy !== "fail" || record?.adoptionAllowed === true;
}

/** The name is free, as far as living secrets go. */
function decideMissing(input: PlanInput, view: VaultView, placed: Placed): Action {
  const { vaultName, key, record } = placed;
  const held = record?.heldKey === key ? record : undefined;
  const wasThere = held !== undefined && held.fingerprint !== null && held.intentEpoch === null;
  if (wasThere && input.settings.driftPolicy === "report")
    return blocked(placed, { code: "VAULT_SECRET_MISSING", fields: { vaultName } });
  const base = { seenAt: view.seenAt, repairs: wasThere };
  const deleted = view.deleted.get(key);
  if (deleted !== undefined) {
    const adopts = mayAdopt(input, record);
    const refusal = whyNotRecovered(deleted, { vaultName, syncId: input.settings.syncId, adopts });
    if (refusal !== undefined) return blocked(placed, refusal, true);
    const whose = isManagedByUs(deleted.tags) ? "a deleted secret of a sync" : "a deleted secret";
    return write("recover", placed, { ...base, reason: `${whose} holds its name` });
  }
  return wasThere
    ? write("rewrite", placed, { ...base, reason: "somebody deleted it in the vault" })
    : write("create", placed, { ...base, reason: "it isn't in the vault yet" });
}

/** It is ours, or was until somebody wrote over it. */
function decideOurs(input: PlanInput, view: VaultView, placed: Placed, seen: SeenItem): Action {
  const { settings } = input;
  const { secret, vaultName, key, record } = placed;
  const { item, versions, copied = false, lost } = seen;
  const held = record?.heldKey === key && record.fingerprint !== null ? record : undefined;
  const owner = ownerOf(item, settings.syncId);
  const mark = owner.kind === "this-sync" ? owner.write : undefined;
  const keep = (reason: string, changed: VaultItem | undefined): Action => ({
    kind: "keep",
    secret,
    vaultName,
    key,
    record,
    item: changed,
    reason,
  });
  const unrecorded = mark !== undefined && mark.epoch > (held?.writeEpoch ?? -1);
  if (unrecorded && lost !== undefined) {
    const reason = "an earlier write came over what others had changed around it";
    return { ...writeOver("update", placed, view, seen, reason), carried: carriedFrom(lost), lost };
  }
  if (unrecorded && wrote(mark, secret.fingerprint) && !copied)
    return keep("an earlier write arrived without our knowing", item);
  if (unrecorded || held === undefined || held.fingerprint !== secret.fingerprint)
    return writeOver("update", placed, view, seen, "its value changed");
  if (mark !== undefined && mark.epoch < (held.writeEpoch ?? -1))
    return writeOver("rewrite", placed, view, seen, "an older write of this sync arrived late");
  if (wrote(mark, held.fingerprint)) {
    if (versions === "ours" || held.vaultUpdated === item.updated)
      return keep("only what is around its value changed", item);
  }
  return settings.driftPolicy === "repair"
    ? { ...writeOver("rewrite", placed, view, seen, "somebody changed it in the vault"), repairs: true }
    : blocked(placed, { code: "VAULT_SECRET_CHANGED", fields: { vaultName } });
}

function writeOver(
  kind: WriteKind,
  placed: Placed,
  view: VaultView,
  seen: Seen,
  reason: string,
): WriteAction {
  const versionCount = seen === "as-recorded" ? placed.record?.versions : seen.versionCount;
  return write(kind, placed, {
    seenAt: view.seenAt,
    carried: carriedOf(seen, placed.record),
    versionCount: versionCount ?? placed.record?.versions,
    reason,
  });
}

function write(
  kind: WriteKind,
  { secret, vaultName, key, record }: Placed,
  more: Pick<WriteAction, "seenAt" | "reason"> & Partial<WriteAction>,
): WriteAction {
  return {
    kind,
    secret,
    vaultName,
    key,
    record,
    carried: null,
    lost: undefined,
    versionCount: undefined,
    repairs: false,
    unseen: false,
    ...more,
  };
}

export function blocked(
  { secret, record, ...place }: Omit<Placed, "vaultName" | "key"> & Readonly<{ vaultName: string | null }>,
  failure: Failure,
  foreign = false,
): BlockedAction {
  return { kind: "blocked", secret, vaultName: place.vaultName, record, failure, foreign };
}
