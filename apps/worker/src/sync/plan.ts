import { claimedKey, type ExistingPolicy, mapNames, type NamePolicy } from "@kvsync/contracts";
import type { RecordValue, SourceSecret } from "@kvsync/store";
import type { Action, Plan } from "./actions.ts";
import { brake } from "./brake.ts";
import { blocked, decide } from "./decide.ts";
import { planRemovals } from "./removals.ts";
import { covers, type VaultView } from "./view.ts";

/** What of a sync's settings a plan depends on. */
export type PlanSettings = Readonly<{
  syncId: string;
  /** The vault's address in the form that the sync keeps. */
  vaultUrl: string;
  prefix: string;
  namePolicy: NamePolicy;
  /** What happens in the vault to a secret that is gone at the source. */
  removalPolicy: "delete" | "keep";
  /** What happens to a vault secret that somebody else changed. */
  driftPolicy: "repair" | "report";
  /** What happens to a vault secret that was there before. */
  existingPolicy: ExistingPolicy;
  /** More removals than this share of what the sync holds wait for approval; 100 never. In percent. */
  removalBrakePercent: number;
}>;

export type PlanInput = Readonly<{
  settings: PlanSettings;
  source: readonly SourceSecret[];
  records: readonly RecordValue[];
  /** Null when the vault wasn't looked at: then what the records say is taken as true. */
  view: VaultView | null;
  /** When the whole vault was listed last before this run, in Unix milliseconds. */
  vaultSeenAt: number | null;
  /**
   * How many secrets are left out of source and records, each with its record: they stand in the vault as they should,
   * nothing else lays claim to their names, and nothing in the view concerns them. Each would be kept.
   */
  leftOut: number;
  /** Unix milliseconds. */
  now: number;
  /** Whether what failed is tried again even if nothing changed and its time hasn't come: somebody asked for a run. */
  retryAll: boolean;
}>;

/**
 * Decides what a run does. Pure: the same input gives the same plan, in the order of the source's names, removals last.
 */
export function plan(input: PlanInput): Plan {
  const { settings, source, records } = input;
  const rule = { prefix: settings.prefix, policy: settings.namePolicy };
  const holders = new Map<string, RecordValue>();
  const loose = new Map<string, RecordValue>();
  for (const record of records)
    if (record.heldKey === null) loose.set(record.secretId, record);
    else if (record.vaultUrl === settings.vaultUrl) holders.set(record.heldKey, record);
  const used = new Set<string>();
  const unwritten = new Set<string>();
  const actions = mapNames(source, rule).map(({ secret, mapped }): Action => {
    const key = mapped.ok ? mapped.key : claimedKey(secret, rule);
    const holder = key === undefined ? undefined : holders.get(key);
    const record = mapped.ok ? (holder ?? loose.get(secret.id)) : ownRecord(holder, loose, secret);
    if (record !== undefined) used.add(record.id);
    const action = mapped.ok
      ? decide(input, { secret, vaultName: mapped.vaultName, key: mapped.key, record })
      : blocked({ secret, vaultName: null, record }, mapped.failure, isNothingThere(input, record));
    if (action.kind === "blocked" || action.kind === "wait") unwritten.add(secret.id);
    return action;
  });
  return brake(
    [...actions, ...planRemovals(input, rule, used, unwritten)],
    holders.size + input.leftOut,
    settings,
  );
}

/** Whether a name that a record holds was looked at and stands for nothing, so that the record needn't hold it. */
function isNothingThere({ settings, view }: PlanInput, record: RecordValue | undefined): boolean {
  const key = record?.vaultUrl === settings.vaultUrl ? record.heldKey : null;
  return key !== null && covers(view, key) && !view.items.has(key);
}

/** A colliding secret keeps the record that holds its name only if it is its own. */
function ownRecord(
  holder: RecordValue | undefined,
  loose: ReadonlyMap<string, RecordValue>,
  secret: SourceSecret,
): RecordValue | undefined {
  return holder?.secretId === secret.id ? holder : loose.get(secret.id);
}
