import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { localKeyEncryptionKey, sealAnchor } from "@kvsync/keys";
import {
  createWorkspace,
  INSTALLATION,
  note,
  openDatabase,
  readChainState,
  saveAnchor,
  systemActor,
  type ChainHead,
  type Database,
} from "@kvsync/store";
import {
  createTestDatabase,
  type Outcome,
  outcomeOf,
  tamper,
  type TestDatabase,
  writeChainAnew,
} from "@kvsync/testing";

const KEY = Buffer.alloc(32, 7);

let testDatabase: TestDatabase;
let database: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url, 2);
});
afterAll(async () => {
  await database.$disconnect();
  await testDatabase.drop();
});

async function add(chain: string, entries: number): Promise<void> {
  const entry = { workspaceId: chain, actor: systemActor, action: "secret.updated" } as const;
  await database.$transaction((transaction) =>
    note(
      transaction,
      Array.from({ length: entries }, () => entry),
    ),
  );
}

/** A workspace with a log of five entries. */
async function givenChain(slug: string): Promise<string> {
  const { id } = await createWorkspace(database, { name: slug, slug, teamName: "t" });
  await add(id, 5);
  return id;
}

/** Keeps where a chain ends, as a worker does. */
async function anchor(workspaceId: string, key = KEY, named = key): Promise<ChainHead> {
  const { head } = await readChainState(database, workspaceId);
  const sealed = await sealAnchor(localKeyEncryptionKey(key), { workspaceId, ...head });
  const keyEncryptionKeyId = localKeyEncryptionKey(named).id;
  await saveAnchor(database, { workspaceId, ...head, sealed, keyEncryptionKeyId });
  return head;
}

const tamperWith = (workspaceId: string, statement: string): Promise<void> =>
  tamper(database, `${statement} AND "workspaceId" = '${workspaceId}'`);

/** Cuts a chain off after its third entry, and moves its end there. */
async function cutOff(workspaceId: string): Promise<void> {
  await tamperWith(workspaceId, `DELETE FROM "AuditEvent" WHERE "sequence" > 3`);
  const end = `(SELECT "hash" FROM "AuditEvent" WHERE "sequence" = 3 AND "workspaceId" = '${workspaceId}')`;
  await tamperWith(workspaceId, `UPDATE "AuditHead" SET "sequence" = 3, "hash" = ${end} WHERE true`);
}

const shown = ({ sequence, hash }: ChainHead): string => `${sequence}:${Buffer.from(hash).toString("hex")}`;

async function audit(args: readonly string[], settings: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const path = fileURLToPath(new URL("admin/main.ts", import.meta.url));
  const own = { DATABASE_URL: testDatabase.url, KEY_ENCRYPTION_KEY: KEY.toString("base64") };
  return outcomeOf(process.execPath, [path, "audit", ...args], {
    env: { ...process.env, NODE_OPTIONS: "", ...own, ...settings },
  });
}

/** What the command says of each chain, by its name. */
const verdicts = (output: string): Record<string, string> =>
  Object.fromEntries(
    [...output.matchAll(/^([\w-]+|\(no workspace\)): (.*)$/gm)].map(([, name, said]) => [name, said]),
  );

test("says of every chain, that of no workspace too, whether it is whole and where it ends", async () => {
  await add(INSTALLATION, 1);
  const id = await givenChain("whole");
  const head = await anchor(id);
  await anchor(await givenChain("other-key"), Buffer.alloc(32, 8));
  await add(id, 1);
  const { code, output } = await audit(["verify"]);
  expect(code).toBe(0);
  const { head: end } = await readChainState(database, id);
  expect(verdicts(output)).toEqual({
    "(no workspace)": expect.stringContaining("whole. 1 entry; 0 anchors agree. Its end is 1:"),
    whole: `whole. 6 entries; 1 anchor agrees. Its end is ${shown(end)}`,
    "other-key": expect.stringContaining("1 anchor agrees (1 of another key-encryption key)"),
  });
  expect((await audit(["verify", "--workspace", "whole", "--head", shown(head)])).code).toBe(0);
});

test("finds each chain that was tampered with, and ends with 1", async () => {
  const altered = await givenChain("altered");
  await tamperWith(altered, `UPDATE "AuditEvent" SET "entityName" = 'x' WHERE "sequence" = 3`);
  await tamperWith(await givenChain("removed"), `DELETE FROM "AuditEvent" WHERE "sequence" = 2`);
  await tamperWith(await givenChain("shortened"), `DELETE FROM "AuditEvent" WHERE "sequence" > 3`);
  const cut = await givenChain("cut-off");
  await anchor(cut);
  await cutOff(cut);
  const rewritten = await givenChain("written-anew");
  await anchor(rewritten);
  await writeChainAnew(database, rewritten, 3);
  // Somebody without the key made an anchor that claims to be of it.
  await anchor(await givenChain("forged-anchor"), Buffer.alloc(32, 8), KEY);
  const { code, output } = await audit(["verify"]);
  expect(code).toBe(1);
  expect(verdicts(output)).toMatchObject({
    whole: expect.stringMatching(/^whole/),
    altered: "BROKEN (ENTRY_ALTERED). Audit entry 3 says something else than what was noted.",
    removed: "BROKEN (ENTRY_MISSING). Audit entry 2 is missing.",
    shortened: "BROKEN (ENTRY_MISSING). Audit entry 4 is missing.",
    "cut-off": expect.stringContaining("BROKEN (TAIL_MISSING). Audit entry 4 "),
    "written-anew": expect.stringContaining("BROKEN (ANCHOR_DIFFERS). Audit entry 5 "),
    "forged-anchor": expect.stringContaining("BROKEN (ANCHOR_FORGED). Audit entry 5 "),
  });
});

test("finds a chain that was cut off with its anchors by an end that was kept elsewhere", async () => {
  const id = await givenChain("kept");
  const head = await anchor(id);
  await cutOff(id);
  await tamperWith(id, `DELETE FROM "AuditAnchor" WHERE true`);
  expect((await audit(["verify", "--workspace", "kept"])).code).toBe(0);
  const { code, output } = await audit(["verify", "--workspace", "kept", "--head", shown(head)]);
  expect([code, output]).toEqual([1, expect.stringContaining("BROKEN (TAIL_MISSING)")]);
});

test("list shows the newest entries of a chain, of that of no workspace too, and steers no terminal", async () => {
  const refused = { workspaceId: INSTALLATION, actor: systemActor, action: "session.refused" } as const;
  await database.$transaction((transaction) =>
    note(transaction, [
      { ...refused, anonymous: "first@example.com", fields: { reason: "unknown" } },
      { ...refused, anonymous: "\u{1b}[2Jsecond@example.com" },
    ]),
  );
  const { code, output } = await audit(["list", "--no-workspace", "--limit", "2"]);
  const lines = output.trim().split("\n");
  expect([code, lines.length]).toEqual([0, 3]);
  expect(lines[1]).toMatch(
    /^\d{4}-\S+Z {2}\u{fffd}\[2Jsecond@example\.com \(anonymous\) {2}session\.refused {2}user$/u,
  );
  expect(lines[2]).toMatch(/first@example\.com \(anonymous\) .* user \{"reason":"unknown"\}$/);
  expect((await audit(["list", "--no-workspace", "--to", "2020-01-01"])).output).toBe("No entries.\n");
});

test("export gives each entry with the text whose hash it has, so that the chain can be verified elsewhere", async () => {
  const id = await givenChain("taken-along");
  const { code, output } = await audit(["export", "--workspace", "taken-along"]);
  const lines = output.trim().split("\n");
  expect([code, lines.length]).toEqual([0, 5]);
  let previous = "0".repeat(64);
  for (const line of lines) {
    const { chain, hash, entry } = JSON.parse(line) as {
      chain: string;
      hash: string;
      entry: { previousHash: string };
    };
    const text = line.slice(line.indexOf('"entry":') + '"entry":'.length, -1);
    expect([chain, createHash("sha256").update(text).digest("hex")]).toEqual(["taken-along", hash]);
    expect(entry.previousHash).toBe(previous);
    previous = hash;
  }
  const { head } = await readChainState(database, id);
  expect(previous).toBe(Buffer.from(head.hash).toString("hex"));
  expect((await audit(["export", "--from", "2020-01-01"])).output).toContain('"chain":"(no workspace)"');
});

test.each([
  [["verify", "--head", `1:${"0".repeat(64)}`], {}, "--workspace"],
  [["verify", "--workspace", "none"], {}, "no workspace “none”"],
  [["verify", "--limit", "2"], {}, "--limit isn't for verify"],
  [["list"], {}, "list shows one chain"],
  [["export", "--from", "yesterday"], {}, "--from must be a time"],
  [["verify", "--workspace", "whole", "--head", "nonsense"], {}, "--head must be like"],
  [["verify"], { KEY_ENCRYPTION_KEY: "CANARY" }, "KEY_ENCRYPTION_KEY must be 32 bytes"],
])("%j with %j is refused", async (args, settings, problem) => {
  const { code, problem: said } = await audit(args, settings);
  expect([code, said]).toEqual([1, expect.stringContaining(problem)]);
  expect(said).not.toContain("CANARY");
});
