import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findValidToken, openDatabase, type Database } from "@kvsync/store";
import { createTestDatabase, type TestDatabase } from "@kvsync/testing";
import { prepareFirstStart } from "./first-start.ts";
import { hashToken } from "./token.ts";

let testDatabase: TestDatabase;
let database: Database;
let directory: string;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url, 10);
  directory = await mkdtemp(join(tmpdir(), "kvsync-first-start-"));
});
beforeEach(async () => {
  await database.workspace.deleteMany();
});
afterAll(async () => {
  await database.$disconnect();
  await testDatabase.drop();
  await rm(directory, { recursive: true });
});

test("the first start makes a workspace with a team, and an admin token in a private file", async () => {
  const file = join(directory, "token");
  expect(await prepareFirstStart(database, file)).toBe(true);
  const workspace = await database.workspace.findFirstOrThrow({ include: { teams: true } });
  expect(workspace).toMatchObject({ slug: "default", teams: [{ name: "Default" }] });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const hash = hashToken((await readFile(file, "utf8")).trim());
  expect(await findValidToken(database, { hash })).toMatchObject({ role: "admin", permission: "read-write" });
});

test("a later start changes nothing", async () => {
  const file = join(directory, "later");
  await prepareFirstStart(database, undefined);
  expect(await prepareFirstStart(database, file)).toBe(false);
  await expect(stat(file)).rejects.toThrow("ENOENT");
  expect(await database.apiToken.count()).toBe(0);
});

test("of several processes that start at the same time, one makes the workspace", async () => {
  const files = ["a", "b", "c", "d"].map((name) => join(directory, name));
  const made = await Promise.all(files.map((file) => prepareFirstStart(database, file)));
  expect(made.filter(Boolean)).toHaveLength(1);
  expect(await database.workspace.count()).toBe(1);
  expect(await database.apiToken.count()).toBe(1);
});

test("a token file that can't be written leaves nothing behind, so that the next start tries again", async () => {
  await expect(prepareFirstStart(database, join(directory, "missing", "token"))).rejects.toThrow("ENOENT");
  expect(await database.workspace.count()).toBe(0);
  expect(await prepareFirstStart(database, join(directory, "again"))).toBe(true);
});

test("what another database's first start left in the file is replaced, and the file closed to others", async () => {
  const file = join(directory, "old");
  await writeFile(file, "ek_live_of_another_database_and_longer_than_a_token_of_this_one\n", { mode: 0o644 });
  await prepareFirstStart(database, file);
  expect(await readFile(file, "utf8")).toMatch(/^ek_live_[0-9A-Za-z]{44}\n$/);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});
