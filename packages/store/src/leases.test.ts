import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { noCounts } from "@kvsync/contracts";
import { createTestDatabase, type TestDatabase } from "@kvsync/testing";
import { claimNames } from "./claims.ts";
import { openDatabase, type Database } from "./database.ts";
import { holdLease, renewLease, type Lease } from "./leases.ts";
import { saveProgress } from "./progress.ts";
import { beginRun, endRun, type RunCounts, type RunEnd } from "./runs.ts";
import { readVaultLimits } from "./vault-limits.ts";
import { createEnvironment, createProject, createWorkspace } from "./workspaces.ts";

const TTL_MS = 60_000;
const counts: RunCounts = { total: 0, ...noCounts };
const end: RunEnd = {
  state: "succeeded",
  counts,
  failure: null,
  done: null,
  retryInMs: null,
  retryAttempt: 0,
  vaultSeen: null,
  applied: false,
  disconnected: false,
  valuesRead: 0,
};

let testDatabase: TestDatabase;
let database: Database;
let syncId: string;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url, 4);
  const { id: workspaceId } = await createWorkspace(database, { name: "w", slug: "w", teamName: "t" });
  const { id: teamId } = await database.team.findFirstOrThrow({ where: { workspaceId } });
  const project = await createProject(database, { workspaceId, teamId, name: "p", slug: "p" });
  const environment = { projectId: project.id, name: "e", hasPersonalOverrides: false };
  const { id: environmentId } = await createEnvironment(database, environment);
  const sync = await database.sync.create({
    data: {
      workspaceId,
      projectId: project.id,
      environmentId,
      name: "s",
      state: "active",
      wantedCheck: 1,
      tenantId: randomUUID(),
      clientId: randomUUID(),
      vaultUrl: "https://example.vault.azure.net",
    },
  });
  syncId = sync.id;
});
afterAll(async () => {
  await database.$disconnect();
  await testDatabase.drop();
});

async function begin(owner: string): Promise<Lease> {
  const begun = await beginRun(database, syncId, owner, TTL_MS);
  if (begun.got !== "run") throw new Error(`got ${begun.got}`);
  return begun.lease;
}

/** What a crash leaves that comes before a begun run is on disk. */
async function forgetBegin({ runId }: Lease): Promise<void> {
  await database.$executeRaw`DELETE FROM "Run" WHERE "id" = ${runId}::uuid`;
  await database.$executeRaw`
    UPDATE "Sync" SET "leaseEpoch" = "leaseEpoch" - 1, "leaseOwner" = NULL, "leaseExpiresAt" = NULL
    WHERE "id" = ${syncId}::uuid`;
}

const inTransaction = (lease: Lease) => database.$transaction((transaction) => holdLease(transaction, lease));
const nothing = { save: [], forget: [], grown: [], counts, valuesRead: 0 } as const;

test("a run whose begin a crashed database forgot saves nothing under the epoch that another has now", async () => {
  const forgotten = await begin("worker");
  expect(await inTransaction(forgotten)).toBe("running");
  await forgetBegin(forgotten);
  const lease = await begin("worker");
  expect(lease.epoch).toBe(forgotten.epoch);

  expect(await renewLease(database, forgotten, TTL_MS)).toBe(false);
  expect(await inTransaction(forgotten)).toBe("lost");
  expect((await claimNames(database, forgotten, [])).standing).toBe("lost");
  expect(await saveProgress(database, forgotten, nothing)).toBe("lost");
  expect(await saveProgress(database, forgotten, { ...nothing, forget: [randomUUID()] })).toBe("lost");
  expect(await endRun(database, forgotten, end, null)).toBeNull();

  expect(await renewLease(database, lease, TTL_MS)).toBe(true);
  expect((await claimNames(database, lease, [])).standing).toBe("running");
  expect(await saveProgress(database, lease, nothing)).toBe("running");
  expect(await endRun(database, lease, end, null)).toMatchObject({ moreWanted: true });
});

test("a run goes by the least that the vault's syncs set, of those that were validated and are not disconnected", async () => {
  const vaultUrl = "https://example.vault.azure.net";
  const { workspaceId, projectId } = await database.sync.findUniqueOrThrow({ where: { id: syncId } });
  const other = { workspaceId, projectId, name: "o", state: "paused", vaultUrl, activatedAt: new Date() };
  const lowest = { vaultWritesPer10s: 1, vaultReadsPer10s: 1 };
  await database.sync.createMany({
    data: [
      { ...other, vaultWritesPer10s: 20, vaultReadsPer10s: 500 },
      { ...other, vaultWritesPer10s: 30, vaultReadsPer10s: 40 },
      { ...other },
      { ...other, ...lowest, activatedAt: null },
      { ...other, ...lowest, state: "disconnected" },
      { ...other, ...lowest, vaultUrl: "https://another.vault.azure.net" },
    ],
  });
  const begun = await beginRun(database, syncId, "worker", TTL_MS);
  const vaultLimits = { writes: 20, reads: 40 };
  expect(begun).toMatchObject({ got: "run", vaultLimits });
  expect(await readVaultLimits(database, vaultUrl)).toEqual(vaultLimits);
  expect(await readVaultLimits(database, "https://third.vault.azure.net")).toEqual({
    writes: null,
    reads: null,
  });
  if (begun.got === "run") await endRun(database, begun.lease, end, null);
});
