import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { checkPassword } from "@kvsync/control/passwords";
import { prepareFirstStart } from "@kvsync/control/first-start";
import { ensureSigningKeys } from "@kvsync/control/signing-keys";
import { localKeyEncryptionKey } from "@kvsync/keys";
import { openDatabase, type Database } from "@kvsync/store";
import { createEmptyDatabase, outcomeOf, type Outcome, type TestDatabase } from "@kvsync/testing";
import { writeSettings } from "./start/state.ts";

const KEY = Buffer.alloc(32, 7);
/** The commands of `scripts/admin`. */
const ADMIN = ["keys", "tokens", "users", "audit", "migrate"];

let testDatabase: TestDatabase;
let database: Database;
beforeAll(async () => {
  testDatabase = await createEmptyDatabase();
  database = openDatabase(testDatabase.url, 2);
});
afterAll(async () => {
  await database.$disconnect();
  await testDatabase.drop();
});

async function run(
  script: string,
  args: string[],
  settings: NodeJS.ProcessEnv = {},
  input = "",
): Promise<Outcome> {
  const isAdmin = ADMIN.includes(script);
  const path = fileURLToPath(new URL(isAdmin ? "admin/main.ts" : `${script}.ts`, import.meta.url));
  return outcomeOf(process.execPath, [path, ...(isAdmin ? [script] : []), ...args], {
    env: {
      ...process.env,
      npm_lifecycle_event: script,
      NODE_OPTIONS: "",
      DATABASE_URL: testDatabase.url,
      KEY_ENCRYPTION_KEY: KEY.toString("base64"),
      ISSUER_URL: "https://secrets.example.com",
      ...settings,
    },
    input,
  });
}

const compare = (one: string, other: string): number => one.localeCompare(other);
const columns = (output: string): string[][] =>
  output
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(/ {2,}/));

// In this order, as one builds on the other.
describe("the commands of whoever runs the system", () => {
  test.each(ADMIN)("%s explains itself", async (script) => {
    const { code, output } = await run(script, ["--help"]);
    expect(code).toBe(0);
    expect(output).toContain(`Usage: npm run ${script}`);
    const wrong = await run(script, ["--nonsense"]);
    expect(wrong.code).toBe(1);
    expect(wrong.problem).toContain("--nonsense");
    expect(wrong.problem).not.toContain("    at ");
  });

  test.each(["fuzz", "../bench/main"])("%s explains itself, to who calls it wrongly too", async (script) => {
    const { code, output } = await run(script, ["--help"]);
    expect([code, output]).toEqual([0, expect.stringContaining("npm run")]);
    const wrong = await run(script, ["--nonsense"]);
    expect([wrong.code, wrong.problem]).toEqual([2, expect.stringContaining("--nonsense")]);
    expect(wrong.problem).not.toContain("    at ");
  });

  test("without tables, keys and tokens say what comes first", async () => {
    for (const [script, args] of [
      ["keys", ["list"]],
      ["tokens", ["create"]],
      ["users", ["list"]],
      ["audit", ["verify"]],
    ] as const) {
      const { code, problem } = await run(script, [...args]);
      expect(code).toBe(1);
      expect(problem).toContain("npm run migrate");
    }
  });

  test("without PostgreSQL, they say that it can't be reached", async () => {
    const settings = { DATABASE_URL: "postgres://nobody:CANARY@127.0.0.1:9/nothing" };
    for (const [script, args] of [
      ["keys", ["list"]],
      ["tokens", ["create"]],
      ["users", ["list"]],
      ["audit", ["verify"]],
      ["migrate", []],
    ] as const) {
      const { code, problem } = await run(script, [...args], settings);
      expect(code).toBe(1);
      expect(problem).toContain("PostgreSQL can't be reached");
      expect(problem).not.toContain("CANARY");
    }
  });

  test("migrate applies what is lacking, names it, and has nothing to do afterwards", async () => {
    const first = await run("migrate", []);
    expect(first.code).toBe(0);
    expect(first.output).toMatch(/^applied \S+/);
    const second = await run("migrate", []);
    expect(second).toMatchObject({ code: 0, output: expect.stringContaining("Nothing to do") });
  });

  test("tokens create makes a token of a role, and prints it alone", async () => {
    expect((await run("tokens", ["create"])).problem).toContain("no workspace “default”");
    await prepareFirstStart(database, { email: "admin@kvsync.local" });
    const made = await run("tokens", ["create", "--name", "ci", "--role", "developer", "--read"]);
    expect(made.code).toBe(0);
    expect(made.output).toMatch(/^ek_live_[0-9A-Za-z]{44}\n$/);
    const row = await database.apiToken.findFirstOrThrow({ where: { name: "ci" } });
    expect(row).toMatchObject({ role: "developer", permission: "read", expiresAt: null });
    expect((await run("tokens", ["create", "--role", "owner"])).problem).toContain("--role must be one of");
  });

  test("settings come from where “npm start” keeps its state, also where KVSYNC_STATE says", async () => {
    const state = await mkdtemp(join(tmpdir(), "kvsync-state-"));
    try {
      const elsewhere = { KVSYNC_STATE: state, DATABASE_URL: "", KEY_ENCRYPTION_KEY: "" };
      const { code, problem } = await run("tokens", ["create"], elsewhere);
      expect([code, problem]).toEqual([1, expect.stringContaining(`DATABASE_URL isn't set`)]);
      expect(problem).toContain(state);
      const settings = { DATABASE_URL: testDatabase.url, KEY_ENCRYPTION_KEY: KEY.toString("base64") };
      writeSettings(state, settings);
      const made = await run("tokens", ["create"], elsewhere);
      expect([made.code, made.output]).toEqual([0, expect.stringMatching(/^ek_live_\S+\n$/)]);
    } finally {
      await rm(state, { recursive: true });
    }
  });

  test("users create makes people with a password from a pipe, the first admin the owner, and shows none", async () => {
    const PASSWORD = "CANARY of a long password";
    const create = (email: string, ...more: string[]) =>
      run("users", ["create", "--email", email, "--name", "Ada", ...more], {}, `${PASSWORD}\n`);
    const made = await create("Ada@Example.com");
    expect(made).toMatchObject({ code: 0, output: "ada@example.com is a member of default, as admin.\n" });
    expect((await create("bob@example.com", "--role", "developer")).code).toBe(0);
    const { right } = await checkPassword(database, "ada@example.com", PASSWORD);
    expect(right?.memberships).toMatchObject([{ role: "admin", isOwner: true, scope: { all: true } }]);
    const { output } = await run("users", ["list"]);
    expect(columns(output)).toEqual([
      ["ada@example.com", "Ada", "default", "admin, owner"],
      ["bob@example.com", "Ada", "default", "developer"],
    ]);
    expect(made.output + made.problem + output).not.toContain("CANARY");
  });

  test.each([
    [["create", "--email", "nonsense"], "--email: must be an e-mail address"],
    [["create", "--email", "c@d.example"], "--name is needed"],
    [["create", "--email", "c@d.example", "--role", "owner"], "--role must be one of"],
    [["create", "--email", "c@d.example", "--workspace", "none"], "no workspace “none”"],
    [["create", "--email", "c@d.example", "--name", "C"], "at least 12 characters"],
    [["reset-password", "--email", "c@d.example"], "Nobody has the address"],
    [["workspace", "--name", "x", "--slug", "default"], "already"],
    [["remove"], "Usage: npm run users"],
  ])("users %j is refused", async (args, problem) => {
    const { code, problem: said } = await run("users", args, {}, "short\n");
    expect([code, said]).toEqual([1, expect.stringContaining(problem)]);
    expect(await database.user.count({ where: { email: "c@d.example" } })).toBe(0);
  });

  test("users makes a workspace, invites to it by a link for once, and resets a password", async () => {
    expect((await run("users", ["workspace", "--name", "Shop", "--slug", "shop"])).code).toBe(0);
    const invited = await run("users", [
      "create",
      "--invite",
      "--email",
      "eve@example.com",
      "--workspace",
      "shop",
    ]);
    expect(invited.output).toMatch(/^https:\/\/secrets\.example\.com\/invitation#[\w-]{43}\n$/);
    const reset = ["reset-password", "--email", "bob@example.com"];
    expect((await run("users", reset, {}, "another long password\n")).code).toBe(0);
    expect((await checkPassword(database, "bob@example.com", "another long password")).right).not.toBeNull();
  });

  test("keys list shows the ring, and rotate refuses a next key that is too young, with its time", async () => {
    expect((await run("keys", ["list"])).output).toContain("no keys yet");
    await ensureSigningKeys(database, localKeyEncryptionKey(KEY));
    const { output } = await run("keys", ["list"]);
    expect(
      columns(output)
        .map((row) => row[1] ?? "")
        .toSorted(compare),
    ).toEqual(["active", "next"]);
    const next = await database.signingKey.findFirstOrThrow({ where: { state: "next" } });
    const ready = new Date(next.publishedAt.getTime() + 24 * 3_600_000).toISOString();
    const refused = await run("keys", ["rotate"]);
    expect(refused.code).toBe(1);
    expect(refused.problem).toContain(ready.slice(0, 16).replace("T", " "));
    expect(refused.problem).toContain("--emergency");
    expect(await database.signingKey.count()).toBe(2);
  });

  test("keys rotate lets a next key sign that is old enough; in an emergency any", async () => {
    const next = await database.signingKey.findFirstOrThrow({ where: { state: "next" } });
    const published = new Date(Date.now() - 25 * 3_600_000);
    await database.signingKey.update({ where: { id: next.id }, data: { publishedAt: published } });
    const rotated = await run("keys", ["rotate"]);
    expect(rotated.code).toBe(0);
    const states = columns(rotated.output).map(([kid, state]) => [kid, state]);
    expect(states).toContainEqual([next.id, "active"]);
    expect(states.map((row) => row[1] ?? "").toSorted(compare)).toEqual(["active", "next", "retired"]);
    const emergency = await run("keys", ["rotate", "--emergency"]);
    expect(emergency.code).toBe(0);
    expect(columns(emergency.output)).toHaveLength(4);
  });

  test("keys rotate refuses another key-encryption key than that of the ring", async () => {
    const other = { KEY_ENCRYPTION_KEY: Buffer.alloc(32, 8).toString("base64") };
    const { code, problem } = await run("keys", ["rotate", "--emergency"], other);
    expect(code).toBe(1);
    expect(problem).toContain("another KEY_ENCRYPTION_KEY");
    const malformed = await run("keys", ["rotate"], { KEY_ENCRYPTION_KEY: "CANARY" });
    expect(malformed.problem).toContain("KEY_ENCRYPTION_KEY must be 32 bytes");
    expect(malformed.problem).not.toContain("CANARY");
  });
});
