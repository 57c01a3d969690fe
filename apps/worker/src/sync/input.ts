import { MAX_VALUE_LENGTH, underscoreAs } from "@kvsync/contracts";
import {
  readDifferences,
  readHeldRecords,
  readRecords,
  readSourceAndRecords,
  type Database,
  type SyncRow,
} from "@kvsync/store";
import type { Clock } from "../clock.ts";
import { connectionOf, planSettingsOf } from "./connection.ts";
import type { PlanInput } from "./plan.ts";
import { Resting } from "./resting.ts";

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
export async function readDifferingInput(reading: Reading, sync: SyncRow): Promise<SyncInput | null> {
  return (await readPart(reading, sync, false))?.input ?? null;
}

/**
 * The same for a check of the vault, and of what rests as much as tells whether the vault has it so: see {@link recall}.
 */
export async function readRestingInput(
  reading: Reading,
  sync: SyncRow,
): Promise<{ readonly input: SyncInput; readonly resting: Resting } | null> {
  return readPart(reading, sync, true);
}

async function readPart(
  { database, clock }: Reading,
  sync: SyncRow,
  withResting: boolean,
): Promise<{ readonly input: SyncInput; readonly resting: Resting } | null> {
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
  const differences = await readDifferences(database, naming, MOST_DIFFERENCES, withResting);
  if (differences === null) return null;
  const { resting, ...part } = differences;
  return { input: { ...base, ...part }, resting: new Resting(resting, sync.id) };
}

/**
 * An input with some of the secrets that it leaves out: they and their records are as they were, since a record changes
 * under the sync's lease alone.
 *
 * @param keys of the names that they hold in the vault
 */
export async function recall(
  database: Database,
  input: SyncInput,
  resting: Resting,
  keys: readonly string[],
): Promise<SyncInput> {
  const { syncId, vaultUrl } = input.settings;
  const held = await readHeldRecords(database, syncId, vaultUrl, keys);
  const known = new Set(input.source.map(({ id }) => id));
  const recalled = held.flatMap((record) => {
    const secret = resting.recall(record);
    return secret === undefined ? [] : [{ secret, record }];
  });
  const secrets = recalled.flatMap(({ secret }) => (known.has(secret.id) ? [] : [secret]));
  return {
    ...input,
    source: [...input.source, ...secrets].toSorted((one, other) => (one.name < other.name ? -1 : 1)),
    records: [...input.records, ...recalled.map(({ record }) => record)],
    leftOut: input.leftOut - recalled.length,
  };
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
