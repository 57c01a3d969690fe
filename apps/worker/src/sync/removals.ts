import { claimedKey, type NameRule, retryClass, vaultKeyOf } from "@kvsync/contracts";
import type { RecordValue } from "@kvsync/store";
import type { VaultItem } from "../vault/port.ts";
import type { Action, DeleteAction } from "./actions.ts";
import { seenBy } from "./decide.ts";
import { ownerOf } from "./ownership.ts";
import type { PlanInput } from "./plan.ts";
import { newRecord } from "./record.ts";
import { isBroughtBack } from "./recovery.ts";
import { covers, type VaultView } from "./view.ts";

const GONE_TOO = "it is gone in the vault too";

/**
 * What becomes of records that no source secret stands for any more.
 *
 * @param used ids of the records that stand for a source secret
 * @param unwritten ids of the source secrets that aren't written in this run though they should be
 */
export function planRemovals(
  input: PlanInput,
  rule: NameRule,
  used: ReadonlySet<string>,
  unwritten: ReadonlySet<string>,
): Action[] {
  const { source, records, view } = input;
  const unused = records.filter((record) => !used.has(record.id));
  // Sets over a big source are only made where something asks them.
  const living = new Set(unused.length === 0 ? [] : source.map((secret) => secret.id));
  const claimed = new Set(unused.length === 0 ? [] : source.map((secret) => claimedKey(secret, rule)));
  const removals = unused.flatMap((record): Action[] => {
    if (isHere(input, record) && claimed.has(record.heldKey ?? undefined))
      return holdForRivals(input, record);
    return [planRemoval(input, record, living, unwritten)];
  });
  return [...removals, ...(view?.unrecorded ?? []).map((item) => removeUnrecorded(input, item))];
}

/** Others at the source lay claim to its name and block each other: what is there stays until that is settled. */
function holdForRivals({ view }: PlanInput, record: RecordValue): Action[] {
  const { vaultName, heldKey } = record;
  if (heldKey !== null && covers(view, heldKey) && !view.items.has(heldKey))
    return [{ kind: "forget", record, reason: GONE_TOO }];
  const reason = "secrets that collide at the source claim its name";
  return vaultName === null ? [] : [{ kind: "hold", record, vaultName, failure: null, reason }];
}

const isHere = ({ settings }: PlanInput, { heldKey, vaultUrl }: RecordValue): boolean =>
  heldKey !== null && vaultUrl === settings.vaultUrl;

function planRemoval(
  input: PlanInput,
  record: RecordValue,
  living: ReadonlySet<string>,
  unwritten: ReadonlySet<string>,
): Action {
  const { settings, view } = input;
  const { heldKey: key, vaultName } = record;
  const forget = (reason: string): Action => ({ kind: "forget", record, reason });
  if (key === null || vaultName === null) return forget("the secret is gone at the source");
  if (!isHere(input, record)) return forget("it stays in the vault that this sync had before");
  if (settings.removalPolicy === "keep") return forget("the sync leaves removed secrets in the vault");
  const looked = covers(view, key);
  if (looked) {
    const gone = whyNotOurs(view, key, settings.syncId, record);
    if (gone !== undefined) return forget(gone);
  }
  const successorId = living.has(record.secretId) ? record.secretId : null;
  const reason =
    successorId === null ? "the secret is gone at the source" : "the secret has another name now";
  if (successorId !== null && unwritten.has(successorId))
    return {
      kind: "hold",
      record,
      vaultName,
      failure: null,
      reason: "the secret isn't in the vault under its new name yet",
    };
  if (isResting(input, record)) return { kind: "wait", secret: null, record };
  const seenAt = looked ? view.seenAt : seenBy(input, record);
  return { kind: "delete", record, vaultName, key, successorId, seenAt, reason };
}

/** The same removal after another look at its secret. */
export function planOneRemoval(input: PlanInput, action: DeleteAction): Action {
  const { view, settings } = input;
  if (!covers(view, action.key)) return action;
  const reason = whyNotOurs(view, action.key, settings.syncId, action.record);
  return reason === undefined
    ? { ...action, seenAt: view.seenAt }
    : { kind: "forget", record: action.record, reason };
}

/** Why there is nothing of ours to remove, or undefined when there is. */
function whyNotOurs(view: VaultView, key: string, syncId: string, record: RecordValue): string | undefined {
  const seen = view.items.get(key);
  if (seen === undefined) return GONE_TOO;
  if (seen === "as-recorded") return undefined;
  const { item } = seen;
  const owner = ownerOf(item, syncId);
  const isOurs = owner.kind === "this-sync" || isBroughtBack(owner, key, record, view);
  return item.managed || !isOurs ? "it isn't ours any more" : undefined;
}

/** Whether a removal that failed is left alone for now. */
function isResting({ now, retryAll }: PlanInput, record: RecordValue): boolean {
  const { state, failureCode, nextAttemptAt, removalApproved } = record;
  if (retryAll || state !== "removing" || failureCode === null || removalApproved) return false;
  if (failureCode === "REMOVAL_AWAITS_APPROVAL") return false;
  if (nextAttemptAt !== null) return nextAttemptAt.getTime() > now;
  return retryClass(failureCode) !== "transient";
}

/** What carries the sync's tags though no record tells of it, and is removed with everything else. */
function removeUnrecorded({ settings, view }: PlanInput, item: VaultItem): DeleteAction {
  const owner = ownerOf(item, settings.syncId);
  const secretId = owner.kind === "this-sync" ? owner.secretId : undefined;
  const key = vaultKeyOf(item.name);
  return {
    kind: "delete",
    record: {
      ...newRecord(secretId, item.name),
      vaultName: item.name,
      vaultUrl: settings.vaultUrl,
      heldKey: key,
    },
    vaultName: item.name,
    key,
    successorId: null,
    seenAt: view?.seenAt ?? 0,
    reason: "the sync wrote it and is being disconnected",
  };
}
