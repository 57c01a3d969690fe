import { randomUUID } from "node:crypto";
import { expect } from "@jest/globals";
import { claimedKey } from "@kvsync/contracts";
import {
  createEnvironment,
  createProject,
  createWorkspace,
  openDatabase,
  type Database,
  type SyncRow,
} from "@kvsync/store";
import { createTestDatabase } from "@kvsync/testing";
import fc from "fast-check";
import { systemClock } from "../clock.ts";
import type { Action, Plan } from "./actions.ts";
import { plan, type PlanInput } from "./plan.ts";
import { settleKeep } from "./settle.ts";

/** Sources and records drawn at random, for tests that read them in several ways and compare the plans. */

/** Few names, so that they meet: by case, by mapping, by prefix, by choice. */
const NAMES = ["a", "A", "p-a", "b_c", "b-c", "B__C", "d", "e.f", "K", "ü"] as const;
const CHOSEN = ["a", "B-c", "d", "else"] as const;
const VALUES = ["1", "2"] as const;
const OTHER_VAULT = "https://before.vault.azure.net";

/** Where they are put. */
export type Place = Readonly<{
  database: Database;
  projectId: string;
  sync: SyncRow;
  drop: () => Promise<void>;
}>;

export async function createPlace(): Promise<Place> {
  const testDatabase = await createTestDatabase();
  const database = openDatabase(testDatabase.url, 4);
  const { id: workspaceId } = await createWorkspace(database, { name: "w", slug: "w", teamName: "t" });
  const { id: teamId } = await database.team.findFirstOrThrow({ where: { workspaceId } });
  const { id: projectId } = await createProject(database, { workspaceId, teamId, name: "p", slug: "p" });
  const environment = { projectId, name: "e", hasPersonalOverrides: false };
  const { id: environmentId } = await createEnvironment(database, environment);
  const sync = await database.sync.create({
    data: {
      workspaceId,
      projectId,
      environmentId,
      name: "s",
      state: "active",
      tenantId: randomUUID(),
      clientId: randomUUID(),
      vaultUrl: "https://example.vault.azure.net",
    },
  });
  const drop = async (): Promise<void> => {
    await database.$disconnect();
    await testDatabase.drop();
  };
  return { database, projectId, sync, drop };
}

export const NOW = Date.now();
export const clock = { ...systemClock, now: () => NOW };

type ModelRecord = Readonly<{
  /** In what it is unlike a record of a secret that was written just now. */
  unlike: "nothing" | "everything" | "name" | "heldKey" | "vault" | "state" | "intent" | "value";
  name: string;
  heldKey: string | null;
  state: string;
  value: string | null;
  wanted: string;
  failureCode: string | null;
  /** Seconds from now. */
  nextAttempt: number | null;
  allowed: boolean;
  approved: boolean;
}>;

export type ModelSecret = Readonly<{
  name: string;
  value: string;
  length: number;
  chosen: string | null;
  /** Whether the environment still has it. */
  lives: boolean;
  records: readonly ModelRecord[];
}>;

const record: fc.Arbitrary<ModelRecord> = fc.record({
  unlike: fc.oneof(
    { weight: 4, arbitrary: fc.constant("nothing" as const) },
    {
      weight: 3,
      arbitrary: fc.constantFrom<ModelRecord["unlike"]>(
        "name",
        "heldKey",
        "vault",
        "state",
        "intent",
        "value",
      ),
    },
    { weight: 1, arbitrary: fc.constant("everything" as const) },
  ),
  name: fc.constantFrom(...NAMES),
  heldKey: fc.option(fc.constantFrom("a", "p-a", "b-c", "b--c", "d", "else", "gone-1", "gone-2")),
  state: fc.constantFrom("pending", "synced", "synced", "failed", "blocked", "removing"),
  value: fc.option(fc.constantFrom(...VALUES), { freq: 9 }),
  wanted: fc.constantFrom(...VALUES),
  failureCode: fc.option(fc.constantFrom("VAULT_THROTTLED", "VAULT_SECRET_EXISTS", "NAME_COLLISION")),
  nextAttempt: fc.option(fc.constantFrom(-60, 60)),
  allowed: fc.boolean(),
  approved: fc.boolean(),
});

export const secrets: fc.Arbitrary<ModelSecret[]> = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom(...NAMES),
    value: fc.constantFrom(...VALUES),
    length: fc.nat(19).map((n) => (n === 0 ? 25_601 : 10)),
    chosen: fc.oneof(
      { weight: 5, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.constantFrom(...CHOSEN) },
    ),
    lives: fc.nat(5).map((n) => n > 0),
    records: fc.oneof(
      { weight: 1, arbitrary: fc.constant([]) },
      { weight: 5, arbitrary: fc.tuple(record) },
      { weight: 1, arbitrary: fc.tuple(record, record) },
    ),
  }),
  { selector: ({ name }) => name, maxLength: NAMES.length },
);

export const changes = fc.record({
  prefix: fc.constantFrom("", "p-", "P-"),
  namePolicy: fc.constantFrom("strict", "hyphenate", "dotnet"),
  removalPolicy: fc.constantFrom("delete", "keep"),
  driftPolicy: fc.constantFrom("repair", "report"),
  existingPolicy: fc.constantFrom("fail", "adopt"),
  removalBrakePercent: fc.constantFrom(1, 30, 100),
});

/**
 * Plans by a part of an input, and by all of it.
 *
 * @returns the plan by the part, when it is what it should be
 */
export function compare(everything: PlanInput, part: PlanInput): Plan {
  const known = new Set([...part.source.map(({ id }) => id), ...part.records.map(({ id }) => id)]);
  const isNamed = (action: Action): boolean =>
    ("secret" in action && action.secret !== null && known.has(action.secret.id)) ||
    (action.record !== undefined && known.has(action.record.id));
  const full = plan(everything);
  const leftOut = full.filter((action) => !isNamed(action));
  const place = everything.settings;
  for (const action of leftOut) {
    // It is kept, and there isn't even something to save.
    expect(action.kind).toBe("keep");
    if (action.kind === "keep") expect(settleKeep(action, place, new Date(NOW))).toBeUndefined();
  }
  expect(leftOut.length).toBe(part.leftOut);
  const narrow = plan(part);
  expect(inOrder(narrow)).toEqual(inOrder(full.filter(isNamed)));
  return narrow;
}

/** Records have no order, and so removals have none. */
const inOrder = (actions: Plan): string[] => actions.map((action) => JSON.stringify(action)).toSorted();

const digest = (text: string): Buffer<ArrayBuffer> => Buffer.from(text.padEnd(32, "."));

/** Puts source and records into the database in place of those before. */
export async function fill(
  { database, projectId }: Place,
  all: readonly ModelSecret[],
  { id: syncId, environmentId, vaultUrl, ...settings }: SyncRow,
): Promise<void> {
  if (environmentId === null || vaultUrl === null) throw new Error("the sync is set up");
  const rule = { prefix: settings.prefix, policy: settings.namePolicy as "strict" };
  const rows = all.map((secret) => ({ ...secret, id: randomUUID() }));
  const held = new Set<string>();
  const records = rows.flatMap(({ id: secretId, chosen, records: own, ...secret }) =>
    own.flatMap((model) => {
      const isUnlike = (what: ModelRecord["unlike"]): boolean => [what, "everything"].includes(model.unlike);
      const mapped = claimedKey({ name: secret.name, explicitName: chosen }, rule) ?? null;
      const wish = isUnlike("heldKey") ? model.heldKey : mapped;
      const url = isUnlike("vault") ? OTHER_VAULT : vaultUrl;
      const key = wish === null || held.has(`${url} ${wish}`) ? null : wish;
      // A secret has one record at the most that holds no name.
      const place = key === null ? secretId : `${url} ${key}`;
      if (held.has(place)) return [];
      held.add(place);
      const state = isUnlike("state") ? model.state : "synced";
      const value = isUnlike("value") ? model.value : secret.value;
      return {
        syncId,
        secretId,
        secretName: isUnlike("name") ? model.name : secret.name,
        vaultName: key,
        vaultUrl: key === null ? null : url,
        heldKey: key,
        state,
        intentEpoch: isUnlike("intent") ? 1 : null,
        fingerprint: value === null ? null : digest(value),
        wantedFingerprint: digest(isUnlike("value") ? model.wanted : secret.value),
        failureCode: state === "synced" ? null : model.failureCode,
        nextAttemptAt: model.nextAttempt === null ? null : new Date(NOW + model.nextAttempt * 1000),
        vaultVersion: "v1",
        vaultUpdated: 1_000,
        writeEpoch: 1,
        writtenAt: new Date(NOW - 300_000),
        adoptionAllowedAt: model.allowed ? new Date(NOW) : null,
        removalApprovedAt: model.approved ? new Date(NOW) : null,
      };
    }),
  );
  const living = rows.filter(({ lives }) => lives);
  await database.$transaction([
    database.syncRecord.deleteMany({ where: { syncId } }),
    database.secret.deleteMany({ where: { projectId } }),
    database.secret.createMany({ data: rows.map(({ id, name }) => ({ id, projectId, name })) }),
    database.secretValue.createMany({
      data: living.map(({ id: secretId, value, length }) => ({
        secretId,
        environmentId,
        ciphertext: Buffer.of(0),
        fingerprint: digest(value),
        length,
      })),
    }),
    database.syncName.createMany({
      data: rows.flatMap(({ id: secretId, chosen }) =>
        chosen === null ? [] : [{ syncId, secretId, vaultName: chosen }],
      ),
    }),
    database.syncRecord.createMany({ data: records }),
  ]);
}
