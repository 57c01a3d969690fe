import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findValidToken, openDatabase, type Database } from "@kvsync/store";
import { createTestDatabase, type TestDatabase } from "@kvsync/testing";
import { prepareFirstStart } from "./first-start.ts";
import { checkPassword } from "./passwords/check.ts";
import { hashToken } from "./tokens/token.ts";

let testDatabase: TestDatabase;
let database: Database;
let directory: string;
const email = "first@example.com";
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url, 10);
  directory = await mkdtemp(join(tmpdir(), "kvsync-first-start-"));
});
beforeEach(async () => {
  await database.workspace.deleteMany();
  await database.user.deleteMany();
});
afterAll(async () => {
  await database.$disconnect();
  await testDatabase.drop();
  await rm(directory, { recursive: true });
});

test("the first start makes a workspace with a team, and an admin token in a private file", async () => {
  const file = join(directory, "token");
  expect(await prepareFirstStart(database, { tokenFile: file, email })).toBe(true);
  const workspace = await database.workspace.findFirstOrThrow({ include: { teams: true } });
  expect(workspace).toMatchObject({ slug: "default", teams: [{ name: "Default" }] });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const hash = hashToken((await readFile(file, "utf8")).trim());
  expect(await findValidToken(database, { hash })).toMatchObject({ role: "admin", permission: "read-write" });
});

test("the first admin owns the workspace, and signs in with the password in a private file", async () => {
  const passwordFile = join(directory, "password");
  await prepareFirstStart(database, { passwordFile, email });
  expect((await stat(passwordFile)).mode & 0o777).toBe(0o600);
  const password = (await readFile(passwordFile, "utf8")).trim();
  const { right } = await checkPassword(database, email, password);
  expect(right?.memberships).toMatchObject([
    { isOwner: true, role: "admin", scope: { all: true }, workspace: { slug: "default" } },
  ]);
  expect(right?.passwordHash).not.toContain(password);
});

test("a password file that can't be written leaves neither workspace nor token nor person", async () => {
  const tokenFile = join(directory, "written");
  const passwordFile = join(directory, "missing", "password");
  await expect(prepareFirstStart(database, { tokenFile, passwordFile, email })).rejects.toThrow("ENOENT");
  const counts = await Promise.all([
    database.workspace.count(),
    database.user.count(),
    database.apiToken.count(),
  ]);
  expect(counts).toEqual([0, 0, 0]);
});

test("a later start changes nothing", async () => {
  const file = join(directory, "later");
  await prepareFirstStart(database, { email });
  expect(await prepareFirstStart(database, { tokenFile: file, email })).toBe(false);
  await expect(stat(file)).rejects.toThrow("ENOENT");
  expect(await database.apiToken.count()).toBe(0);
});

test("of several processes that start at the same time, one makes the workspace", async () => {
  const files = ["a", "b", "c", "d"].map((name) => join(directory, name));
  const made = await Promise.all(
    files.map((file) => prepareFirstStart(database, { tokenFile: file, email })),
  );
  expect(made.filter(Boolean)).toHaveLength(1);
  expect(await database.workspace.count()).toBe(1);
  expect(await database.apiToken.count()).toBe(1);
});

test("a token file that can't be written leaves nothing behind, so that the next start tries again", async () => {
  await expect(
    prepareFirstStart(database, { tokenFile: join(directory, "missing", "token"), email }),
  ).rejects.toThrow("ENOENT");
  expect(await database.workspace.count()).toBe(0);
  expect(await prepareFirstStart(database, { tokenFile: join(directory, "again"), email })).toBe(true);
});

test("what another database's first start left in the file is replaced, and the file closed to others", async () => {
  const file = join(directory, "old");
  await writeFile(file, "ek_live_of_another_database_and_longer_than_a_token_of_this_one\n", { mode: 0o644 });
  await prepareFirstStart(database, { tokenFile: file, email });
  expect(await readFile(file, "utf8")).toMatch(/^ek_live_[0-9A-Za-z]{44}\n$/);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});
