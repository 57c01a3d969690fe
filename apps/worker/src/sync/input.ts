import { MAX_VALUE_LENGTH, underscoreAs } from "@kvsync/contracts";
import {
  readDifferences,
  readRecords,
  readSourceAndRecords,
  type Database,
  type SyncRow,
} from "@kvsync/store";
import type { Clock } from "../clock.ts";
import { connectionOf, planSettingsOf } from "./connection.ts";
import type { PlanInput } from "./plan.ts";

/** What a sync's plan goes by, before the vault is looked at. */
export type SyncInput = Omit<PlanInput, "view">;

type Reading = Readonly<{ database: Database; clock: Clock }>;

/** Up to so many pairs of secret and record are read as differences; more are read through a cursor, with all others. */
const MOST_DIFFERENCES = 2_000;

/** All that a sync's plan goes by. While a sync removes what it wrote, its source counts as empty. */
export async function readInput({ database, clock }: Reading, sync: SyncRow): Promise<SyncInput> {
  const { environmentId } = connectionOf(sync).subject;
  const read =
    sync.state === "disconnecting"
      ? { source: [], records: await readRecords(database, sync.id) }
      : await readSourceAndRecords(database, environmentId, sync.id);
  return { ...baseOf(sync, clock), ...read, leftOut: 0 };
}

/**
 * As much of it as a plan by the records can do something about: the rest would be kept. Null where that is too much, and
 * everything had better be read.
 */
export async function readDifferingInput(
  { database, clock }: Reading,
  sync: SyncRow,
): Promise<SyncInput | null> {
  const base = baseOf(sync, clock);
  const { vaultUrl, prefix, namePolicy } = base.settings;
  const { environmentId } = connectionOf(sync).subject;
  const naming = {
    syncId: sync.id,
    environmentId,
    vaultUrl,
    prefix,
    underscoreAs: underscoreAs(namePolicy),
    maxLength: MAX_VALUE_LENGTH,
  };
  const differences = await readDifferences(database, naming, MOST_DIFFERENCES);
  return differences && { ...base, ...differences };
}

function baseOf(sync: SyncRow, clock: Clock): Omit<SyncInput, "source" | "records" | "leftOut"> {
  const settings = planSettingsOf(sync);
  return {
    settings:
      sync.state === "disconnecting"
        ? { ...settings, removalPolicy: "delete", removalBrakePercent: 100 }
        : settings,
    vaultSeenAt: sync.vaultSeenAt?.getTime() ?? null,
    now: clock.now(),
    retryAll: sync.wantedCheck > sync.doneCheck,
  };
}
