import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { createTestDatabase, tamper, writeChainAnew, type TestDatabase } from "@kvsync/testing";
import { openDatabase, type Database } from "../database.ts";
import { saveAnchor, saveVerification } from "./anchors.ts";
import { FIRST_HASH, type AuditFields } from "./entry.ts";
import { note, systemActor } from "./note.ts";
import { listChains, verifyChain, type ChainHead, type ChainVerdict } from "./verify.ts";

let testDatabase: TestDatabase;
let database: Database;
let workspaceId: string;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url, 12);
});
afterAll(async () => {
  await database.$disconnect();
  await testDatabase.drop();
});
beforeEach(() => {
  workspaceId = randomUUID();
});

const add = (fields: AuditFields = {}, count = 1): Promise<void> =>
  database.$transaction((transaction) =>
    note(
      transaction,
      Array.from({ length: count }, () => ({
        workspaceId,
        actor: systemActor,
        action: "secret.updated",
        fields,
      })),
    ),
  );

const verify = (known?: ChainHead): Promise<ChainVerdict> =>
  verifyChain(database, workspaceId, { opens: async () => true, known });

/** Tampers with this test's chain: `$ws` is its workspace. */
const tamperWith = (statement: string): Promise<void> =>
  tamper(database, statement.replaceAll("$ws", `'${workspaceId}'`));

test("a chain of several pages holds, whatever its entries say", async () => {
  await add({ text: '„“ \u2028 \\ " 🙂', number: -7, deep: { z: [1, { b: null, a: true }], "": "" } });
  await add({}, 2_500);
  expect(await verify()).toMatchObject({ head: { sequence: 2_501 }, problem: null, unchained: 0 });
  expect(await listChains(database)).toContain(workspaceId);
});

test("a workspace without entries has nothing wrong", async () => {
  expect((await verify()).problem).toBeNull();
});

test("many at once make one chain, each transaction's entries next to each other", async () => {
  await Promise.all(Array.from({ length: 40 }, (_, index) => add({ index }, 3)));
  expect(await verify()).toMatchObject({ head: { sequence: 120 }, problem: null });
  const rows = await database.auditEvent.findMany({ where: { workspaceId }, orderBy: { sequence: "asc" } });
  const indexes = rows.map(({ fields }) => (fields as { index: number }).index);
  for (let at = 0; at < 120; at += 3) expect(new Set(indexes.slice(at, at + 3)).size).toBe(1);
});

test("what is undone with its transaction leaves no gap", async () => {
  await add();
  const undone = database.$transaction(async (transaction) => {
    await note(transaction, [{ workspaceId, actor: systemActor, action: "secret.deleted" }]);
    throw new Error("undone");
  });
  await expect(undone).rejects.toThrow("undone");
  await add();
  expect(await verify()).toMatchObject({ head: { sequence: 2 }, problem: null });
});

test.each([
  `UPDATE "AuditEvent" SET "actorName" = 'x' WHERE "workspaceId" = $ws`,
  `DELETE FROM "AuditEvent" WHERE "workspaceId" = $ws`,
  `TRUNCATE "AuditEvent"`,
  `DELETE FROM "AuditHead" WHERE "workspaceId" = $ws`,
  `UPDATE "AuditHead" SET "sequence" = 0 WHERE "workspaceId" = $ws`,
  `UPDATE "AuditAnchor" SET "sequence" = 9 WHERE "workspaceId" = $ws`,
  `DELETE FROM "AuditAnchor" WHERE "workspaceId" = $ws`,
  `TRUNCATE "AuditAnchor"`,
  `INSERT INTO "AuditEvent" ("workspaceId", "sequence", "at", "actorKind", "actorName", "action", "kind", "entityType")
     VALUES ($ws, 0, now(), 'system', '', 'x', 'VIEW', 'secret')`,
])("PostgreSQL refuses %s", async (statement) => {
  await add({}, 2);
  const { head } = await verify();
  await saveAnchor(database, { workspaceId, ...head, sealed: FIRST_HASH, keyEncryptionKeyId: "k" });
  const attempt = database.$executeRawUnsafe(statement.replaceAll("$ws", `'${workspaceId}'`));
  await expect(attempt).rejects.toThrow(/only ever|part of the chain/);
});

test.each([
  [`UPDATE "AuditEvent" SET "actorName" = 'x' WHERE "sequence" = 3`, "ENTRY_ALTERED", 3],
  [`UPDATE "AuditEvent" SET "at" = "at" - interval '1 ms' WHERE "sequence" = 4`, "ENTRY_ALTERED", 4],
  [`UPDATE "AuditEvent" SET "fields" = '{"a": 0.5}' WHERE "sequence" = 1`, "ENTRY_ALTERED", 1],
  [`UPDATE "AuditEvent" SET "hash" = NULL WHERE "sequence" = 5`, "ENTRY_ALTERED", 5],
  [`DELETE FROM "AuditEvent" WHERE "sequence" = 2`, "ENTRY_MISSING", 2],
  [`DELETE FROM "AuditEvent" WHERE "sequence" IN (4, 5)`, "ENTRY_MISSING", 4],
  [`DELETE FROM "AuditEvent"`, "ENTRY_MISSING", 1],
  [`UPDATE "AuditHead" SET "hash" = decode(repeat('00', 32), 'hex')`, "HEAD_DIFFERS", 5],
  [
    `UPDATE "AuditHead" SET "sequence" = 4, "hash" = (SELECT "hash" FROM "AuditEvent" e
      WHERE e."workspaceId" = $ws AND e."sequence" = 4)`,
    "ENTRY_UNKNOWN",
    5,
  ],
] as const)("is found: %s", async (statement, code, sequence) => {
  await add({}, 5);
  const where = statement.includes('WHERE "sequence"') ? " AND" : " WHERE";
  await tamperWith(`${statement}${where} "workspaceId" = $ws`);
  expect((await verify()).problem).toEqual({ code, sequence });
});

test("an entry that was hashed anew doesn't fit the next one", async () => {
  await add({}, 5);
  await writeChainAnew(database, workspaceId, 3, 3);
  expect((await verify()).problem).toEqual({ code: "LINK_BROKEN", sequence: 4 });
});

test("a chain that was written anew to its end differs from its anchors, or from an end that was kept elsewhere", async () => {
  await add({}, 5);
  const { head } = await verify();
  await writeChainAnew(database, workspaceId, 3);
  expect((await verify()).problem).toBeNull();
  expect((await verify(head)).problem).toEqual({ code: "ANCHOR_DIFFERS", sequence: 5 });
  await saveAnchor(database, { workspaceId, ...head, sealed: FIRST_HASH, keyEncryptionKeyId: "k" });
  expect((await verify()).problem).toEqual({ code: "ANCHOR_DIFFERS", sequence: 5 });
});

test("a removed tail is found by an anchor, or by an end that was kept elsewhere", async () => {
  await add({}, 5);
  const { head } = await verify();
  await tamperWith(`DELETE FROM "AuditEvent" WHERE "sequence" > 3 AND "workspaceId" = $ws`);
  await tamperWith(`UPDATE "AuditHead" SET "sequence" = 3, "hash" = (SELECT "hash" FROM "AuditEvent" e
    WHERE e."workspaceId" = $ws AND e."sequence" = 3) WHERE "workspaceId" = $ws`);
  expect((await verify()).problem).toBeNull();
  expect((await verify(head)).problem).toEqual({ code: "TAIL_MISSING", sequence: 4 });
  await saveAnchor(database, { workspaceId, ...head, sealed: FIRST_HASH, keyEncryptionKeyId: "k" });
  expect((await verify()).problem).toEqual({ code: "TAIL_MISSING", sequence: 4 });
});

test("an anchor that nobody with the key sealed is found, and one of another key is counted", async () => {
  await add();
  const { head } = await verify();
  await saveAnchor(database, { workspaceId, ...head, sealed: FIRST_HASH, keyEncryptionKeyId: "k" });
  const forged = await verifyChain(database, workspaceId, { opens: async () => false });
  expect(forged.problem).toEqual({ code: "ANCHOR_FORGED", sequence: 1 });
  const unopened = await verifyChain(database, workspaceId, { opens: async () => null });
  expect(unopened).toMatchObject({ problem: null, anchors: 1, unopened: 1 });
});

test("a chain is newly broken once, until it was whole again", async () => {
  const problem = { code: "ENTRY_MISSING", sequence: 2 } as const;
  const found = [];
  for (const what of [null, problem, problem, null, problem])
    found.push(await saveVerification(database, workspaceId, 3, what));
  expect(found).toEqual([false, true, false, false, true]);
  await saveVerification(database, workspaceId, 3, null);
  const together = await Promise.all(
    Array.from({ length: 6 }, () => saveVerification(database, workspaceId, 3, problem)),
  );
  expect(together.filter(Boolean)).toEqual([true]);
});
