import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { localKeyEncryptionKey, type KeyEncryptionKey } from "@kvsync/keys";
import {
  lastAnchored,
  note,
  openDatabase,
  readChainState,
  systemActor,
  verifyChain,
  type Database,
} from "@kvsync/store";
import {
  capturingLogger,
  createTestDatabase,
  tamper,
  writeChainAnew,
  type TestDatabase,
} from "@kvsync/testing";
import { verifyAudit } from "./verify-audit.ts";

const keyEncryptionKey = localKeyEncryptionKey(Buffer.alloc(32, 7));

let testDatabase: TestDatabase;
let database: Database;
let workspaceId: string;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url, 2);
});
afterAll(async () => {
  await database.$disconnect();
  await testDatabase.drop();
});
beforeEach(async () => {
  workspaceId = randomUUID();
  await add(5);
});

async function add(count: number): Promise<void> {
  const entry = { workspaceId, actor: systemActor, action: "secret.updated" } as const;
  await database.$transaction((transaction) =>
    note(
      transaction,
      Array.from({ length: count }, () => entry),
    ),
  );
}

type Found = Readonly<{ problem: string | null; logs: readonly string[] }>;

/** Verifies all, and tells what is known of this test's chain. */
async function verify(key: KeyEncryptionKey = keyEncryptionKey): Promise<Found> {
  const { logger, lines } = capturingLogger("test");
  const verifier = { database, keyEncryptionKey: key, logger };
  const found = await verifyAudit(verifier, new AbortController().signal);
  const { verification } = await readChainState(database, workspaceId);
  expect(found.broken).toBe(await database.auditVerification.count({ where: { problem: { not: null } } }));
  const logs = lines.filter((line) => line.includes(workspaceId));
  return { problem: verification?.problem ?? null, logs };
}

const tamperWith = (statement: string): Promise<void> =>
  tamper(database, `${statement} AND "workspaceId" = '${workspaceId}'`);

test("keeps the end of a chain that is whole, sealed and in the log, once; and again when it went on", async () => {
  const { head } = await readChainState(database, workspaceId);
  const first = await verify();
  expect(first).toMatchObject({ problem: null });
  expect(first.logs.join()).toContain(`5:${Buffer.from(head.hash).toString("hex")}`);
  expect(await lastAnchored(database, workspaceId)).toBe(5);
  expect((await verify()).logs).toEqual([]);
  await add(2);
  expect(await verify()).toMatchObject({ problem: null });
  const anchors = await database.auditAnchor.findMany({
    where: { workspaceId },
    orderBy: { sequence: "asc" },
  });
  expect(anchors.map(({ sequence }) => Number(sequence))).toEqual([5, 7]);
});

test.each([
  ["altered", `UPDATE "AuditEvent" SET "fields" = '{"x": 1}' WHERE "sequence" = 2`, "ENTRY_ALTERED"],
  ["removed", `DELETE FROM "AuditEvent" WHERE "sequence" = 2`, "ENTRY_MISSING"],
  ["cut off", `DELETE FROM "AuditEvent" WHERE "sequence" > 4`, "ENTRY_MISSING"],
] as const)(
  "finds an entry that was %s, says so each time, and seals nothing",
  async (_, statement, problem) => {
    await tamperWith(statement);
    const found = await verify();
    expect(found).toMatchObject({ problem });
    expect(found.logs.join()).toContain("the audit log is broken");
    const again = await verify();
    expect(again).toMatchObject({ problem });
    expect(again.logs.join()).toContain(problem);
    expect(await lastAnchored(database, workspaceId)).toBe(0);
  },
);

test("finds a tail that was cut off with the chain's end moved to fit, by its own anchor", async () => {
  await verify();
  await tamperWith(`DELETE FROM "AuditEvent" WHERE "sequence" > 3`);
  await tamperWith(`UPDATE "AuditHead" SET "sequence" = 3, "hash" = (SELECT "hash" FROM "AuditEvent" e
    WHERE e."sequence" = 3 AND e."workspaceId" = '${workspaceId}') WHERE true`);
  expect(await verify()).toMatchObject({ problem: "TAIL_MISSING" });
});

test("finds a chain that was written anew to its end, by its own anchor, also after it went on", async () => {
  await verify();
  await writeChainAnew(database, workspaceId, 2);
  await add(1);
  expect(await verify()).toMatchObject({ problem: "ANCHOR_DIFFERS" });
});

test("finds an anchor that was replaced to fit a chain that was written anew", async () => {
  await verify();
  await writeChainAnew(database, workspaceId, 2);
  const { head } = await readChainState(database, workspaceId);
  const hash = `'\\x${Buffer.from(head.hash).toString("hex")}'`;
  await tamperWith(`UPDATE "AuditAnchor" SET "hash" = ${hash} WHERE true`);
  expect(await verify()).toMatchObject({ problem: "ANCHOR_FORGED" });
});

test("can't open an anchor of another key, and compares what it says all the same", async () => {
  const other = localKeyEncryptionKey(Buffer.alloc(32, 8));
  await verify(other);
  expect(await verify()).toMatchObject({ problem: null });
  const verdict = await verifyChain(database, workspaceId, { opens: async () => null });
  expect(verdict).toMatchObject({ anchors: 1, unopened: 1 });
  await writeChainAnew(database, workspaceId, 2);
  expect(await verify()).toMatchObject({ problem: "ANCHOR_DIFFERS" });
});

test("stops when its worker is told to", async () => {
  const { logger } = capturingLogger("test");
  const stop = AbortSignal.abort(new Error("stopping"));
  await expect(verifyAudit({ database, keyEncryptionKey, logger }, stop)).rejects.toThrow("stopping");
});
