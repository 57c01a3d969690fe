import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  createEnvironment,
  createProject,
  createWorkspace,
  openDatabase,
  type Database,
  type SyncRow,
} from "@kvsync/store";
import { createTestDatabase, type TestDatabase } from "@kvsync/testing";
import fc from "fast-check";
import type { DeletedItem } from "../vault/port.ts";
import { systemClock } from "../clock.ts";
import { isEffect, type Action, type Plan } from "./actions.ts";
import { readDifferingInput, readInput } from "./input.ts";
import { claimedKey } from "@kvsync/contracts";
import { plan, type PlanInput } from "./plan.ts";
import { settleKeep } from "./settle.ts";
import { item } from "./testing.ts";
import type { Seen, VaultView } from "./view.ts";

/** Few names, so that they meet: by case, by mapping, by prefix, by choice. */
const NAMES = ["a", "A", "p-a", "b_c", "b-c", "B__C", "d", "e.f", "K", "ü"] as const;
const CHOSEN = ["a", "B-c", "d", "else"] as const;
const VALUES = ["1", "2"] as const;
const OTHER_VAULT = "https://before.vault.azure.net";

let testDatabase: TestDatabase;
let database: Database;
let projectId: string;
let sync: SyncRow;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url, 4);
  const { id: workspaceId } = await createWorkspace(database, { name: "w", slug: "w", teamName: "t" });
  const { id: teamId } = await database.team.findFirstOrThrow({ where: { workspaceId } });
  projectId = (await createProject(database, { workspaceId, teamId, name: "p", slug: "p" })).id;
  const environment = { projectId, name: "e", hasPersonalOverrides: false };
  const { id: environmentId } = await createEnvironment(database, environment);
  sync = await database.sync.create({
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
});
afterAll(async () => {
  await database.$disconnect();
  await testDatabase.drop();
});

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

type ModelSecret = Readonly<{
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

const secrets: fc.Arbitrary<ModelSecret[]> = fc.uniqueArray(
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

const changes = fc.record({
  prefix: fc.constantFrom("", "p-", "P-"),
  namePolicy: fc.constantFrom("strict", "hyphenate", "dotnet"),
  removalPolicy: fc.constantFrom("delete", "keep"),
  driftPolicy: fc.constantFrom("repair", "report"),
  existingPolicy: fc.constantFrom("fail", "adopt"),
  removalBrakePercent: fc.constantFrom(1, 30, 100),
});

/** What a look at some of the names shows. */
type Look = "nothing" | "as recorded" | "theirs" | "ours" | "deleted" | "not looked";
const looks = fc.array(
  fc.constantFrom<Look>("nothing", "as recorded", "theirs", "ours", "deleted", "not looked"),
  { minLength: 12, maxLength: 12 },
);

test("a plan of what differs is the plan of everything, without secrets that it keeps", async () => {
  let leftOut = 0;
  let returned = 0;
  await fc.assert(
    fc.asyncProperty(secrets, changes, looks, async (all, settings, seen) => {
      const changed: SyncRow = { ...sync, ...settings };
      await fill(all, changed);
      const reading = { database, clock: { ...systemClock, now: () => NOW } };
      const everything = await readInput(reading, changed);
      const differing = await readDifferingInput(reading, changed);
      if (differing === null) throw new Error("so few are never too many");

      expect(differing.source.length + differing.leftOut).toBe(everything.source.length);
      const byRecords = compare({ ...everything, view: null }, { ...differing, view: null });
      const view = look(byRecords, seen);
      compare({ ...everything, view }, { ...differing, view });
      leftOut += differing.leftOut;
      returned += differing.source.length;
    }),
    { numRuns: 250 },
  );
  // Both happen, and often.
  expect(Math.min(leftOut, returned)).toBeGreaterThan(100);
}, 120_000);

const NOW = Date.now();

/** @returns the plan of what differs, when it is what it should be */
function compare(everything: PlanInput, differing: PlanInput): Plan {
  const known = new Set([...differing.source.map(({ id }) => id), ...differing.records.map(({ id }) => id)]);
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
  expect(leftOut.length).toBe(differing.leftOut);
  const narrow = plan(differing);
  expect(inOrder(narrow)).toEqual(inOrder(full.filter(isNamed)));
  return narrow;
}

/** Records have no order, and so removals have none. */
const inOrder = (actions: Plan): string[] => actions.map((action) => JSON.stringify(action)).toSorted();

/** A look at the names that a run looks at: those of the plan's effects. */
function look(actions: Plan, seen: readonly Look[]): VaultView {
  const items = new Map<string, Seen>();
  const looked = new Set<string>();
  const deleted = new Map<string, DeletedItem>();
  for (const [index, action] of actions.filter(isEffect).entries()) {
    const what = seen[index % seen.length];
    if (what === "not looked") continue;
    looked.add(action.key);
    if (what === "deleted") {
      const tags: Record<string, string> = index % 2 === 0 ? {} : { "managed-by": "enkryptify" };
      deleted.set(action.key, { name: action.vaultName, enabled: index % 3 > 0, tags });
    }
    if (what === "as recorded" && action.record !== undefined) items.set(action.key, "as-recorded");
    if (what === "theirs")
      items.set(action.key, { item: item(action.vaultName, "x", { tags: {} }), versions: "theirs" });
    if (what === "ours") {
      const tags = { ...item(action.vaultName).tags, "enkryptify-sync": sync.id };
      items.set(action.key, { item: item(action.vaultName, "x", { tags }), versions: "over-ours" });
    }
  }
  return { seenAt: NOW, looked, items, deleted, owners: new Map(), unrecorded: [], count: null };
}

const digest = (text: string): Buffer<ArrayBuffer> => Buffer.from(text.padEnd(32, "."));

/** Puts source and records into the database in place of those before. */
async function fill(
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
