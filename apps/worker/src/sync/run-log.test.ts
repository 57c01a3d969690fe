import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  listAuditEvents,
  noteRuns,
  openDatabase,
  verifyChain,
  type AuditEventRow,
  type Database,
} from "@kvsync/store";
import { capturingLogger, createTestDatabase, type TestDatabase } from "@kvsync/testing";
import { Killed, Life } from "../model/mortal.ts";
import { wantCheck } from "../model/steps.ts";
import { World, type ModelSync } from "../model/world.ts";
import { RunLog } from "./run-log.ts";

let testDatabase: TestDatabase;
let database: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url, 6);
});
afterAll(async () => {
  await database.$disconnect();
  await testDatabase.drop();
});

async function given(
  of: Database = database,
): Promise<{ world: World; sync: ModelSync; workspaceId: string }> {
  const world = await World.create(of);
  const [sync] = world.syncs;
  if (sync === undefined) throw new RangeError("there is no sync");
  const { workspaceId } = await database.sync.findUniqueOrThrow({ where: { id: sync.syncId } });
  return { world, sync, workspaceId };
}

const entriesOf = async ({ syncId }: ModelSync, workspaceId: string): Promise<AuditEventRow[]> =>
  (await listAuditEvents(database, { workspaceId, syncId }, { limit: 100 })).toReversed();

const runsOf = ({ syncId }: ModelSync) =>
  database.run.findMany({ where: { syncId }, orderBy: { startedAt: "asc" } });

test("a run that did something is one entry: which worker, which sync, which run, how many; never a value", async () => {
  const { world, sync, workspaceId } = await given();
  for (const name of ["a", "b", "c"]) await world.setSecret(sync, name, "CANARY");
  await world.run(sync);
  await world.setSecret(sync, "a", "CANARY2");
  await world.removeSecret(sync, "b");
  await world.setSecret(sync, "d", "CANARY");
  await world.run(sync);
  await noteRuns(database);
  await noteRuns(database);
  const runs = await runsOf(sync);
  const [first, second, ...more] = await entriesOf(sync, workspaceId);
  expect(more).toEqual([]);
  expect(first).toMatchObject({
    action: "run.ended",
    kind: "UPDATE",
    actorKind: "system",
    actorName: `worker ${runs[0]?.worker}`,
    entityType: "sync",
    entityId: sync.syncId,
    entityName: "one",
    projectId: sync.projectId,
    environmentId: sync.environmentId,
    syncId: sync.syncId,
  });
  const unwritten = { deleted: 0, blocked: 0, failed: 0 };
  const none = { created: 0, updated: 0, adopted: 0, recovered: 0, repaired: 0, ...unwritten };
  const times = { startedAt: runs[0]?.startedAt.toISOString(), endedAt: runs[0]?.endedAt?.toISOString() };
  const succeeded = { state: "succeeded", failureCode: null };
  const initial = { runId: runs[0]?.id, trigger: "initial", ...times, ...succeeded };
  expect(first?.fields).toEqual({ ...none, ...initial, valuesRead: 3, created: 3 });
  const counts = { ...none, valuesRead: 2, created: 1, updated: 1, deleted: 1 };
  expect(second?.fields).toMatchObject({ ...counts, ...succeeded, runId: runs[1]?.id, trigger: "change" });
  expect(JSON.stringify([first?.fields, second?.fields])).not.toContain("CANARY");
  expect((await verifyChain(database, workspaceId, { opens: async () => true })).problem).toBeNull();
});

test("a run that read values and was refused is an entry, too", async () => {
  const { world, sync, workspaceId } = await given();
  await world.setSecret(sync, "a", "1");
  await world.run(sync, { faults: [{ kind: "refuse", at: 2, times: 9, code: "VAULT_ROLE_MISSING" }] });
  await noteRuns(database);
  const entries = await entriesOf(sync, workspaceId);
  expect(entries.map(({ fields }) => fields)).toEqual([
    expect.objectContaining({
      state: "failed",
      failureCode: "VAULT_ROLE_MISSING",
      valuesRead: 1,
      created: 0,
    }),
  ]);
});

test("a run that finds nothing to do is none, and asks the database no more than it did", async () => {
  let statements: string[] = [];
  const counting: Database = new Proxy(database, {
    get: (_, property) => {
      const value: unknown = Reflect.get(database, property, database);
      if (typeof value !== "function") return value;
      statements.push(String(property));
      return value.bind(database) as unknown;
    },
  });
  const { world, sync, workspaceId } = await given(counting);
  await world.setSecret(sync, "a", "1");
  await world.run(sync);
  await world.wantRun(sync);
  statements = [];
  await world.run(sync);
  // It begins, reads what differs, and ends.
  expect(statements).toEqual(["$statement", "$statement", "$statement"]);
  // It lists the vault, and leaves it at that.
  await wantCheck(world, sync);
  await world.run(sync);
  await noteRuns(database);
  expect((await runsOf(sync)).map(({ audit, checkedVault }) => [audit, checkedVault])).toEqual([
    ["noted", true],
    [null, false],
    [null, true],
  ]);
  expect(await entriesOf(sync, workspaceId)).toHaveLength(1);
});

test("wherever its worker is killed, a run that reached into the vault is one entry, and no run is two", async () => {
  const { world, sync, workspaceId } = await given();
  await world.setSecret(sync, "changed", "first");
  await world.setSecret(sync, "created -1", "1");
  await world.run(sync);
  const { syncId } = sync;
  const wrongs: string[] = [];
  let ended = "killed";
  // A little later each time, until the run's last effect comes before it.
  for (let at = 0; ended === "killed"; at += 1) {
    await world.setSecret(sync, "changed", String(at));
    await world.removeSecret(sync, `created ${at - 1}`);
    await world.setSecret(sync, `created ${at}`, "1");
    const changes: string[] = [];
    const onCall = (kind: string): void =>
      void (kind === "set" || kind === "remove" ? changes.push(kind) : 0);
    ended = await world.run(sync, { killAt: at, onCall });
    const [run] = await database.run.findMany({ where: { syncId }, orderBy: { epoch: "desc" }, take: 1 });
    const runId = run?.id ?? "";
    const isOver = run?.state !== "running";
    const entries = (): Promise<number> =>
      database.auditEvent.count({ where: { syncId, fields: { path: ["runId"], equals: runId } } });
    await noteRuns(database);
    // While its lease stands, nobody says of a run that it is over.
    const early = await entries();
    await world.expireLeases();
    await noteRuns(database);
    const late = await entries();
    await world.run(sync);
    await noteRuns(database);
    const told = [ended, `at ${at}: ${changes.join()}`, early, late, await entries()];
    if (changes.length > 0 && late !== 1) wrongs.push(told.join(", "));
    if (ended === "killed" && early > 0 && !isOver) wrongs.push(told.join(", "));
    if ((await entries()) > 1) wrongs.push(told.join(", "));
  }
  expect(wrongs).toEqual([]);
  const marked = (await runsOf(sync)).filter(({ audit }) => audit !== null);
  expect(marked.map(({ audit }) => audit)).toEqual(marked.map(() => "noted"));
  const events = await database.auditEvent.findMany({ where: { syncId }, orderBy: { sequence: "asc" } });
  const ids = events.map(({ fields }) => (fields as { runId: string }).runId);
  expect(ids.toSorted()).toEqual(marked.map(({ id }) => id).toSorted());
  expect(events.some(({ fields }) => (fields as { state: string }).state === "interrupted")).toBe(true);
  expect((await verifyChain(database, workspaceId, { opens: async () => true })).problem).toBeNull();
});

test("an entry and its mark stand or fall together, wherever the noting is killed", async () => {
  const { world, sync, workspaceId } = await given();
  for (let at = 0; at < 12; at += 1) {
    await world.setSecret(sync, "a", String(at));
    await world.run(sync);
    const life = new Life(
      at,
      [],
      () => undefined,
      () => undefined,
    );
    await noteRuns(life.reach(database)).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
    await noteRuns(database);
    expect(await entriesOf(sync, workspaceId)).toHaveLength(at + 1);
  }
});

test("runs that end together are noted together, and each once", async () => {
  const { world, workspaceId } = await given();
  const { logger, lines } = capturingLogger("test");
  const logs = [new RunLog(database, logger), new RunLog(database, logger)];
  for (const [index, sync] of world.syncs.entries()) {
    await world.setSecret(sync, `name-${index}`, "1");
    await world.run(sync);
    for (const log of logs) log.ended();
  }
  await Promise.all(logs.map((log) => log.settled()));
  for (const sync of world.syncs) expect(await entriesOf(sync, workspaceId)).toHaveLength(1);
  expect(lines).toEqual([]);
});
