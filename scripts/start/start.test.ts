import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";

const root = fileURLToPath(new URL("../..", import.meta.url));

type Ended = Readonly<{ code: number | null; output: string }>;

function start(
  state: string,
  ...args: string[]
): { child: ChildProcess; output: () => string; ended: Promise<Ended> } {
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", "--", join(root, "scripts/start/main.ts"), ...args],
    {
      env: { ...process.env, NODE_OPTIONS: "", KVSYNC_STATE: state, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, output }));
  return { child, output: () => output, ended };
}

describe("npm start", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "kvsync-start-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("does the whole job, and a second start finds everything again", async () => {
    const first = await start(join(folder, "a"), "--once").ended;
    expect(first.output).toContain("exactly the 26 secrets that should have arrived stand there");
    expect(first.code).toBe(0);
    const second = await start(join(folder, "a"), "--once").ended;
    expect(second.output).toContain("The sync of an earlier start is there");
    expect(second.output).toContain("26 unchanged, 4 blocked");
    expect(second.code).toBe(0);
  }, 90_000);

  test("stays up until it is asked to end, refuses a second one beside it, and leaves no process behind", async () => {
    const file = join(folder, "small.env");
    await writeFile(file, "ONE=1\nTWO=2\n");
    const state = join(folder, "b");
    const running = start(state, "--env-file", file);
    await new Promise<void>((resolve, reject) => {
      running.child.stdout?.on("data", () => running.output().includes("It is running") && resolve());
      running.child.once("close", () => reject(new Error(running.output())));
    });
    const beside = await start(state, "--once", "--env-file", file).ended;
    expect(beside.code).toBe(1);
    expect(beside.output).toContain(String(running.child.pid));

    const address = /Dashboard +(\S+)/.exec(running.output())?.[1] ?? "";
    await expect(fetch(`${address}/readyz`).then(({ status }) => status)).resolves.toBe(200);
    running.child.kill("SIGINT");
    const { code } = await running.ended;
    expect(code).toBe(0);
    await expect(fetch(`${address}/livez`)).rejects.toThrow();
  }, 90_000);

  test("explains arguments and files that it can't use", async () => {
    const policy = await start(join(folder, "c"), "--name-policy", "shout").ended;
    expect(policy).toMatchObject({ code: 2, output: expect.stringContaining("--name-policy must be") });
    const file = await start(join(folder, "c"), "--env-file", "/nowhere.env").ended;
    expect(file).toMatchObject({ code: 2, output: expect.stringContaining("There is no file /nowhere.env") });
  });
});
