import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createEmptyDatabase, type Outcome, outcomeOf, type TestDatabase } from "@kvsync/testing";
import { layOut, type Layout } from "./layout.ts";

let folder: string;
let control: Layout;
let database: TestDatabase;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kvsync-images-"));
  control = await layOut("control", join(folder, "control"));
  database = await createEmptyDatabase();
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

async function runIn(
  { app }: Layout,
  [program = "", ...args]: readonly string[],
  settings = {},
): Promise<Outcome> {
  return outcomeOf(program === "node" ? process.execPath : program, args, {
    cwd: app,
    env: { PATH: process.env["PATH"], ...settings },
  });
}

test("each image has all files that it starts with", async () => {
  for (const [target, setting] of [
    ["control", "SESSION_SECRET"],
    ["worker", "KEY_ENCRYPTION_KEY"],
    ["local-azure", "LOCAL_AZURE_ADMIN_KEY"],
  ] as const) {
    const layout = target === "control" ? control : await layOut(target, join(folder, target));
    const { problem } = await runIn(layout, layout.command);
    // Everything is loaded by then.
    expect(problem).toContain("because settings are missing");
    expect(problem).toContain(setting);
  }
  expect(existsSync(join(control.app, "apps/dashboard/dist/index.html"))).toBe(true);
});

test("control's has the commands of whoever runs the system, which work in it", async () => {
  const program = (await readFile(join(control.root, "usr/local/bin/kvsync-admin"), "utf8"))
    .replaceAll("/app/", `${control.app}/`)
    .replace("exec node", `exec ${process.execPath}`);
  const settings = { DATABASE_URL: database.url, KEY_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString("base64") };
  const admin = (...args: string[]): Promise<Outcome> =>
    runIn(control, ["sh", "-c", program, "kvsync-admin", ...args], settings);
  expect((await admin("--help")).output).toContain("Usage: kvsync-admin COMMAND");
  expect((await admin("users", "--help")).output).toContain("Usage: kvsync-admin users create");
  expect((await admin("users", "list")).problem).toContain("kvsync-admin migrate");
  expect(await admin("migrate")).toMatchObject({ code: 0, output: expect.stringMatching(/^applied \d+/) });
  expect(await admin("users", "list")).toMatchObject({ code: 0, output: expect.stringContaining("E-MAIL") });
  expect(await admin("keys", "list")).toMatchObject({
    code: 0,
    output: expect.stringContaining("no keys yet"),
  });
  expect(await admin("audit", "verify")).toMatchObject({ code: 0, problem: "" });
  expect(await admin("tokens", "create")).toMatchObject({
    code: 1,
    problem: expect.stringContaining("There is no workspace “default”"),
  });
  expect(await admin("nonsense")).toMatchObject({ code: 1, problem: expect.stringContaining("COMMAND") });
});
