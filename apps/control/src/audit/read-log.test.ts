import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { openDatabase, systemActor, verifyChain, type AuditNote, type Database } from "@kvsync/store";
import { createTestDatabase, type TestDatabase } from "@kvsync/testing";
import { ReadLog } from "./read-log.ts";

let testDatabase: TestDatabase;
/** Two processes with their own connections. */
let databases: readonly [Database, Database];
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  databases = [openDatabase(testDatabase.url, 3), openDatabase(testDatabase.url, 3)];
});
afterAll(async () => {
  await Promise.all(databases.map((database) => database.$disconnect()));
  await testDatabase.drop();
});

const read = (workspaceId: string, index: number): AuditNote => ({
  workspaceId,
  actor: systemActor,
  action: "secret.viewed",
  fields: { index },
});

test("however many read at once, in two processes and two workspaces, each read is noted once, in whole chains", async () => {
  const workspaces = [randomUUID(), randomUUID()];
  const logs = databases.map((database) => new ReadLog(database));
  const [database] = databases;
  await Promise.all(
    Array.from({ length: 400 }, async (_, index) => {
      const workspaceId = workspaces[index % 2] ?? "";
      await logs[index % 3 === 0 ? 0 : 1]?.note(read(workspaceId, index));
      const fields = { path: ["index"], equals: index };
      expect(await database.auditEvent.count({ where: { workspaceId, fields } })).toBe(1);
    }),
  );
  for (const workspaceId of workspaces) {
    const { head, problem } = await verifyChain(database, workspaceId, { opens: async () => true });
    expect([head.sequence, problem]).toEqual([200, null]);
  }
});

test("tells everybody who waits when it can't be noted, and goes on with who comes later", async () => {
  const workspaceId = randomUUID();
  const [database] = databases;
  const log = new ReadLog(database);
  const impossible = { ...read(workspaceId, 1), fields: { number: 0.5 } };
  const [one, other] = await Promise.allSettled([log.note(impossible), log.note(read(workspaceId, 2))]);
  expect([one.status, other.status]).toEqual(["rejected", "fulfilled"]);
  const together = [read(workspaceId, 3), impossible, read(workspaceId, 4)];
  const first = log.note(read(workspaceId, 5));
  const settled = await Promise.allSettled(together.map((entry) => log.note(entry)));
  expect(settled.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  await first;
  await log.note(read(workspaceId, 6));
  expect(await database.auditEvent.count({ where: { workspaceId } })).toBe(3);
});
