import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { once } from "node:events";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { acquireLock, LockedError } from "./lock.ts";
import { otherProcess, scratchFolder } from "./scratch.ts";

let folder: string;
beforeAll(() => {
  folder = scratchFolder();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function holding(file: string, then: string): string {
  return `
    import { acquireLock } from "./lock.ts";
    acquireLock(${JSON.stringify(file)}, "it");
    console.log(process.pid);
    ${then}
  `;
}

const forever = "setInterval(() => {}, 1000);";

describe("a lock", () => {
  test("is refused while another process holds it, and the message names that process", async () => {
    const file = join(folder, "held");
    const { process: holder, said: pid } = await otherProcess(holding(file, forever));
    expect(() => acquireLock(file, "the state")).toThrow(LockedError);
    expect(() => acquireLock(file, "the state")).toThrow(`the state is in use by process ${pid}`);
    holder.kill("SIGKILL");
    await once(holder, "exit");
  });

  test("is taken over from a process that was killed", async () => {
    const file = join(folder, "stale");
    const { process: holder } = await otherProcess(holding(file, forever));
    holder.kill("SIGKILL");
    await once(holder, "exit");
    expect(existsSync(file)).toBe(true);
    acquireLock(file, "the state").release();
    expect(existsSync(file)).toBe(false);
  });

  test("is given back when its process ends", async () => {
    const file = join(folder, "ended");
    const { process: holder } = await otherProcess(holding(file, "setTimeout(() => {}, 10);"));
    await once(holder, "exit");
    expect(existsSync(file)).toBe(false);
  });

  test("is taken over when its process id has gone to another process", () => {
    const file = join(folder, "recycled");
    writeFileSync(file, JSON.stringify({ pid: process.pid, birth: "in another life" }));
    acquireLock(file, "the state").release();
  });

  test("is taken over when the file makes no sense", () => {
    const file = join(folder, "nonsense");
    writeFileSync(file, "{");
    acquireLock(file, "the state").release();
  });

  test("is refused to a second taker in the same process", () => {
    const file = join(folder, "twice");
    const lock = acquireLock(file, "the state");
    expect(() => acquireLock(file, "the state")).toThrow(LockedError);
    lock.release();
    acquireLock(file, "the state").release();
  });
});
