import { MAX_VALUE_LENGTH, retryClass, type Failure, type NamePolicy } from "@kvsync/contracts";
import type { RecordValue, SourceSecret } from "@kvsync/store";
import type { VaultItem } from "../vault/port.ts";
import { mapName, mapNames, type NameRule } from "./names.ts";
import { ownerOf, tagRoom, wrote } from "./ownership.ts";

/** What of a sync's settings a plan depends on. */
export type PlanSettings = Readonly<{
  syncId: string;
  prefix: string;
  namePolicy: NamePolicy;
  /** What happens in the vault to a secret that is gone at the source. */
  removalPolicy: "delete" | "keep";
  /** What happens to a vault secret that somebody else changed. */
  driftPolicy: "repair" | "report";
  /** What happens to a vault secret that was there before. */
  existingPolicy: "fail" | "adopt";
}>;

/** The vault as a list showed it. Keys are lower-cased names. */
export type VaultView = Readonly<{
  items: ReadonlyMap<string, VaultItem>;
  /** Keys of secrets without our tags whose older versions include the one that we wrote last. */
  overwritten: ReadonlySet<string>;
}>;

export type PlanInput = Readonly<{
  settings: PlanSettings;
  source: readonly SourceSecret[];
  records: readonly RecordValue[];
  /** Null when the vault wasn't looked at: then what the records say is taken as true. */
  view: VaultView | null;
  /** Unix milliseconds. */
  now: number;
  /** Whether what failed is tried again even if nothing changed and its time hasn't come: somebody asked for a run. */
  retryAll: boolean;
}>;

export type WriteKind = "create" | "update" | "adopt" | "rewrite";

/** One secret's part of a plan. `record` is what was known of it before. */
export type Action =
  | {
      readonly kind: WriteKind;
      readonly secret: SourceSecret;
      readonly vaultName: string;
      readonly record: RecordValue | undefined;
      /** The current version, whose foreign tags, content type and times are carried over. */
      readonly current: VaultItem | undefined;
      readonly reason: string;
    }
  | {
      readonly kind: "keep";
      readonly secret: SourceSecret;
      readonly vaultName: string;
      readonly record: RecordValue | undefined;
      readonly current: VaultItem | undefined;
      readonly reason: string;
    }
  | {
      readonly kind: "blocked";
      readonly secret: SourceSecret;
      readonly vaultName: string | null;
      readonly record: RecordValue | undefined;
      readonly failure: Failure;
    }
  /** It failed before, and its next try isn't due. */
  | { readonly kind: "wait"; readonly secret: SourceSecret; readonly record: RecordValue }
  | {
      readonly kind: "delete";
      readonly record: RecordValue;
      readonly vaultName: string;
      /** The source secret that lives on under another name, and must be written there first. */
      readonly successorId: string | null;
      readonly reason: string;
    }
  /** The record has no meaning any more, and nothing of ours is in the vault. */
  | { readonly kind: "forget"; readonly record: RecordValue; readonly reason: string };

export type Plan = readonly Action[];

/**
 * Decides what a run does. Pure: the same input gives the same plan, in the order of the source's names, deletions
 * last.
 */
export function plan(input: PlanInput): Plan {
  const { settings, source, records } = input;
  const rule = { prefix: settings.prefix, policy: settings.namePolicy };
  const holders = new Map(
    records.flatMap((record) => (record.heldKey === null ? [] : [[record.heldKey, record]])),
  );
  const loose = new Map(
    records.flatMap((record) => (record.heldKey === null ? [[record.secretId, record] as const] : [])),
  );
  const used = new Set<string>();
  const actions = mapNames(source, rule).map(({ secret, mapped }): Action => {
    const key = mapped.ok ? mapped.key : claimedKey(secret, rule);
    const holder = key === undefined ? undefined : holders.get(key);
    const record = mapped.ok ? (holder ?? loose.get(secret.id)) : ownRecord(holder, loose, secret);
    if (record !== undefined) used.add(record.id);
    if (!mapped.ok) return { kind: "blocked", secret, vaultName: null, record, failure: mapped.failure };
    return decide(input, secret, mapped.vaultName, mapped.key, record);
  });
  return [...actions, ...planRemovals(input, rule, used)];
}

/** A colliding secret keeps the record that holds its name only if it is its own. */
function ownRecord(
  holder: RecordValue | undefined,
  loose: ReadonlyMap<string, RecordValue>,
  secret: SourceSecret,
): RecordValue | undefined {
  return holder?.secretId === secret.id ? holder : loose.get(secret.id);
}

/** The key that a secret lays claim to even though it can't have it. */
function claimedKey(secret: SourceSecret, rule: NameRule): string | undefined {
  const mapped = mapName(secret.name, rule);
  return mapped.ok ? mapped.key : undefined;
}

function decide(
  input: PlanInput,
  secret: SourceSecret,
  vaultName: string,
  key: string,
  record: RecordValue | undefined,
): Action {
  if (secret.length > MAX_VALUE_LENGTH)
    return blocked(secret, vaultName, record, { code: "VALUE_TOO_LARGE", fields: { length: secret.length } });
  const action =
    input.view === null
      ? decideByRecord(secret, vaultName, key, record)
      : decideByView(input.settings, input.view, secret, vaultName, key, record);
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

function decideByRecord(
  secret: SourceSecret,
  vaultName: string,
  key: string,
  record: RecordValue | undefined,
): Action {
  const holds = record?.heldKey === key;
  const base = { secret, vaultName, record, current: undefined };
  if (!holds) return { kind: "create", ...base, reason: "it isn't in the vault yet" };
  if (record.fingerprint === secret.fingerprint && record.state === "synced")
    return { kind: "keep", ...base, reason: "unchanged since it was written" };
  return { kind: "update", ...base, reason: "its value changed" };
}

function decideByView(
  settings: PlanSettings,
  view: VaultView,
  secret: SourceSecret,
  vaultName: string,
  key: string,
  record: RecordValue | undefined,
): Action {
  const held = record?.heldKey === key ? record : undefined;
  const current = view.items.get(key);
  const base = { secret, vaultName, record, current };
  if (current === undefined) {
    if (held === undefined) return { kind: "create", ...base, reason: "it isn't in the vault yet" };
    return settings.driftPolicy === "repair"
      ? { kind: "rewrite", ...base, reason: "somebody deleted it in the vault" }
      : blocked(secret, vaultName, record, { code: "VAULT_SECRET_MISSING", fields: { vaultName } });
  }
  if (current.managed)
    return blocked(secret, vaultName, record, { code: "VAULT_SECRET_MANAGED", fields: { vaultName } });
  const owner = ownerOf(current, settings.syncId);
  if (owner.kind === "other-sync")
    return blocked(secret, vaultName, record, {
      code: "VAULT_SECRET_OWNED",
      fields: { vaultName, owner: owner.syncId },
    });
  const overwritten = owner.kind === "nobody" && held !== undefined && view.overwritten.has(key);
  if (owner.kind === "nobody" && !overwritten && settings.existingPolicy === "fail")
    return blocked(secret, vaultName, record, { code: "VAULT_SECRET_EXISTS", fields: { vaultName } });
  if (!current.enabled)
    return blocked(secret, vaultName, record, { code: "VAULT_SECRET_DISABLED", fields: { vaultName } });
  const room = tagRoom(current.tags);
  const action = decideOwned(current);
  return isWrite(action) && !room.fits
    ? blocked(secret, vaultName, record, {
        code: "VAULT_SECRET_TAGS",
        fields: { vaultName, count: room.foreign },
      })
    : action;

  function decideOwned(current: VaultItem): Action {
    if (owner.kind === "nobody" && !overwritten)
      return { kind: "adopt", ...base, reason: "it was there before, and this sync adopts such secrets" };
    const write = owner.kind === "this-sync" ? owner.write : undefined;
    const unrecorded = write !== undefined && write.epoch > (held?.writeEpoch ?? -1);
    if (unrecorded && wrote(write, secret.fingerprint))
      return { kind: "keep", ...base, reason: "an earlier write arrived without our knowing" };
    if (unrecorded || held === undefined || held.fingerprint !== secret.fingerprint)
      return { kind: "update", ...base, reason: "its value changed" };
    if (!overwritten && held.vaultUpdated === current.updated)
      return { kind: "keep", ...base, reason: "unchanged since it was written" };
    return settings.driftPolicy === "repair"
      ? { kind: "rewrite", ...base, reason: "somebody changed it in the vault" }
      : blocked(secret, vaultName, record, { code: "VAULT_SECRET_CHANGED", fields: { vaultName } });
  }
}

function planRemovals(input: PlanInput, rule: NameRule, used: ReadonlySet<string>): Action[] {
  const { settings, source, records, view } = input;
  const living = new Map(source.map((secret) => [secret.id, secret]));
  const claimed = new Set(source.map((secret) => claimedKey(secret, rule)));
  return records.flatMap((record): Action[] => {
    const { heldKey, vaultName } = record;
    if (used.has(record.id)) return [];
    if (heldKey === null || vaultName === null)
      return [{ kind: "forget", record, reason: "the secret is gone at the source" }];
    // Others at the source lay claim to the name and block each other: what is there stays until that is settled.
    if (claimed.has(heldKey)) return [];
    if (settings.removalPolicy === "keep")
      return [{ kind: "forget", record, reason: "the sync leaves removed secrets in the vault" }];
    const current = view?.items.get(heldKey);
    if (view !== null && current === undefined)
      return [{ kind: "forget", record, reason: "it is gone in the vault too" }];
    if (current !== undefined && (current.managed || ownerOf(current, settings.syncId).kind !== "this-sync"))
      return [{ kind: "forget", record, reason: "it isn't ours any more" }];
    const successor = living.get(record.secretId);
    const reason =
      successor === undefined ? "the secret is gone at the source" : "the secret has another name now";
    return [{ kind: "delete", record, vaultName, successorId: successor?.id ?? null, reason }];
  });
}

/** Whether an action changes the vault's secret. */
export function isWrite(action: Action): action is Extract<Action, { kind: WriteKind }> {
  return (
    action.kind === "create" ||
    action.kind === "update" ||
    action.kind === "adopt" ||
    action.kind === "rewrite"
  );
}

/** Whether carrying out a plan needs the vault at all. */
export function needsVault(actions: Plan): boolean {
  return actions.some((action) => isWrite(action) || action.kind === "delete");
}

function blocked(
  secret: SourceSecret,
  vaultName: string,
  record: RecordValue | undefined,
  failure: Failure,
): Action {
  return { kind: "blocked", secret, vaultName, record, failure };
}
