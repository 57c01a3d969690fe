import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  createEnvironment,
  createProject,
  createWorkspace,
  openDatabase,
  type Database,
} from "@kvsync/store";
import { createTestDatabase, type TestDatabase } from "@kvsync/testing";
import { forgetOld } from "./forget-old.ts";

let testDatabase: TestDatabase;
let database: Database;
let workspaceId: string;
let syncId: string;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url, 2);
  ({ id: workspaceId } = await createWorkspace(database, { name: "w", slug: "w", teamName: "t" }));
  const { id: teamId } = await database.team.findFirstOrThrow({ where: { workspaceId } });
  const { id: projectId } = await createProject(database, { workspaceId, teamId, name: "p", slug: "p" });
  const environment = { projectId, name: "e", hasPersonalOverrides: false };
  const { id: environmentId } = await createEnvironment(database, environment);
  const sync = await database.sync.create({ data: { workspaceId, projectId, environmentId, name: "s" } });
  syncId = sync.id;
});
afterAll(async () => {
  await database.$disconnect();
  await testDatabase.drop();
});

const ago = (days: number): Date => new Date(Date.now() - days * 86_400_000);

test("tokens of command lines are forgotten 90 days after they ended, and others and younger ones never", async () => {
  const tokens: Array<[name: string, type: string, revokedAt: Date | null, expiresAt: Date | null]> = [
    ["a run's, expired long ago", "cli", null, ago(91)],
    ["a sign-in's, revoked long ago", "login", ago(91), null],
    ["a run's, revoked long ago, that would still go on", "cli", ago(91), ago(-1)],
    ["kept: expired lately", "cli", null, ago(89)],
    ["kept: revoked lately", "login", ago(89), null],
    ["kept: in use", "login", null, null],
    ["kept: somebody made it, and may ask what became of it", "static", ago(1_000), null],
  ];
  await database.apiToken.createMany({
    data: tokens.map(([name, type, revokedAt, expiresAt]) => ({
      workspaceId,
      name,
      type,
      revokedAt,
      expiresAt,
      permission: "read",
      role: "member",
      scope: { all: true, teams: [], projects: [], environments: [] },
      prefix: name.slice(0, 8),
      hash: randomBytes(32),
    })),
  });
  await forgetOld(database);
  const left = await database.apiToken.findMany({ select: { name: true } });
  const kept = tokens.map(([name]) => name).filter((name) => name.startsWith("kept"));
  expect(left.map(({ name }) => name).toSorted()).toEqual(kept.toSorted());
});

test("runs are forgotten after 90 days, but for each sync's newest", async () => {
  const run = (days: number): object => ({ startedAt: ago(days), endedAt: ago(days), state: "succeeded" });
  const runs = [run(200), run(91), run(89)].map((times, epoch) => ({
    ...times,
    id: randomUUID(),
    syncId,
    trigger: "manual",
    epoch,
    generation: 1,
  }));
  await database.run.createMany({ data: runs });
  await forgetOld(database);
  const epochs = async (): Promise<number[]> =>
    (await database.run.findMany({ where: { syncId }, orderBy: { epoch: "asc" } })).map(({ epoch }) => epoch);
  expect(await epochs()).toEqual([2]);
  await database.run.updateMany({ where: { syncId }, data: { startedAt: ago(500), endedAt: ago(500) } });
  await forgetOld(database);
  expect(await epochs()).toEqual([2]);
});

test("counts of versions are forgotten after two days", async () => {
  const [old, recent] = [randomUUID(), randomUUID()];
  const counts = { syncId, updates: 1, repairs: 0 };
  await database.versionCount.createMany({
    data: [
      { ...counts, secretId: old, hour: ago(2.1) },
      { ...counts, secretId: recent, hour: ago(1.9) },
    ],
  });
  await forgetOld(database);
  expect((await database.versionCount.findMany()).map(({ secretId }) => secretId)).toEqual([recent]);
});
