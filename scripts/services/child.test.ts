import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ChildFailedError, startChild } from "./child.ts";
import type { ChildOptions } from "./child.ts";
import { freePort } from "./ports.ts";
import { goneWithin, isAlive, signal } from "./process.ts";
import { otherProcess, scratchFolder } from "./scratch.ts";

let folder: string;
beforeAll(() => {
  folder = scratchFolder();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const forever = "setInterval(() => {}, 1000);";

function nodeChild(name: string, script: string): ChildOptions {
  return {
    name,
    command: process.execPath,
    args: ["--eval", script],
    env: {},
    logFile: join(folder, `${name}.log`),
  };
}

describe("a child", () => {
  test("is ready when it has written a certain line, and its output stands in the log", async () => {
    const script = `console.log("warming up"); console.error("ready now"); ${forever}`;
    const child = await startChild({ ...nodeChild("line", script), ready: { line: /^ready/u } });
    expect(child.lastLines(5)).toEqual(["warming up", "ready now"]);
    expect(readFileSync(child.logFile, "utf8")).toContain("warming up");
    await child.stop();
    expect(isAlive(child.pid)).toBe(false);
  });

  test("is not taken for ready because of a line from an earlier run", async () => {
    const first = await startChild({
      ...nodeChild("again", `console.log("ready"); ${forever}`),
      ready: { line: /ready/u },
    });
    await first.stop();
    const second = startChild({ ...nodeChild("again", "process.exit(3)"), ready: { line: /ready/u } });
    await expect(second).rejects.toThrow("again ended before it was ready (exit code 3)");
  });

  test("is ready when it answers over HTTP", async () => {
    const port = await freePort();
    const script = `require("node:http").createServer((q, r) => r.end("ok")).listen(${port}, "127.0.0.1");`;
    const ready = { http: `http://127.0.0.1:${port}/` };
    const child = await startChild({ ...nodeChild("http", script), ready });
    expect((await fetch(ready.http)).status).toBe(200);
    await child.stop();
  });

  test("that ends early is reported with its last lines", async () => {
    const script = `console.error("the disk is full"); process.exit(5);`;
    const start = startChild({ ...nodeChild("early", script), ready: { line: /never/u } });
    const error: unknown = await start.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ChildFailedError);
    expect((error as ChildFailedError).lastLines).toEqual(["the disk is full"]);
    expect((error as Error).message).toContain("exit code 5");
  });

  test("that is not ready in time is ended and reported", async () => {
    const start = startChild({
      ...nodeChild("slow", `console.log(process.pid); ${forever}`),
      ready: { line: /never/u },
      readyWithinMs: 300,
    });
    await expect(start).rejects.toThrow("slow was not ready within 0.3 s");
    expect(isAlive(Number(readFileSync(join(folder, "slow.log"), "utf8")))).toBe(false);
  });

  test("that can't be started at all is reported", async () => {
    const start = startChild({ ...nodeChild("absent", ""), command: join(folder, "no-such-program") });
    await expect(start).rejects.toThrow("absent could not be started");
  });

  test("that ignores the request to end is killed after the deadline", async () => {
    const script = `process.on("SIGTERM", () => {}); console.log("ready"); ${forever}`;
    const child = await startChild({
      ...nodeChild("deaf", script),
      ready: { line: /ready/u },
      stopWithinMs: 100,
    });
    await Promise.all([child.stop(), child.stop()]);
    expect(await child.exited).toEqual({ code: null, signal: "SIGKILL", expected: true });
  });

  test("that dies by itself says so", async () => {
    const child = await startChild({
      ...nodeChild("mortal", `console.log("ready"); ${forever}`),
      ready: { line: /ready/u },
    });
    signal(child.pid, "SIGKILL");
    expect(await child.exited).toEqual({ code: null, signal: "SIGKILL", expected: false });
    await child.stop();
  });

  test("ends soon after its supervisor was killed", async () => {
    const { process: supervisor, said } = await otherProcess(`
      import { startChild } from "./child.ts";
      const child = await startChild({
        name: "left behind", command: "sleep", args: ["600"],
        logFile: ${JSON.stringify(join(folder, "orphan.log"))},
      });
      console.log(child.pid);
    `);
    const pid = Number(said);
    expect(isAlive(pid)).toBe(true);
    supervisor.kill("SIGKILL");
    await once(supervisor, "exit");
    expect(await goneWithin(pid, 10_000)).toBe(true);
  });
});
