import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { startPostgres, removePostgres } from "./postgres.ts";
import type { PostgresServer } from "./postgres.ts";
import { goneWithin, isAlive, signal } from "./process.ts";
import { otherProcess, scratchFolder } from "./scratch.ts";

let folder: string;
let directory: string;
const said: string[] = [];
const log = (line: string): void => void said.push(line);
const start = async (durable = false): Promise<PostgresServer> => startPostgres({ directory, durable, log });

beforeEach(() => {
  folder = scratchFolder();
  directory = join(folder, "postgres");
  said.length = 0;
});
afterEach(async () => {
  await removePostgres({ directory, log });
  rmSync(folder, { recursive: true, force: true });
});

async function ask(url: string, query: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  // A server that is killed under the client says so here too.
  client.on("error", () => {});
  await client.connect();
  try {
    return Object.values((await client.query<Record<string, unknown>>(query)).rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

/** Starts PostgreSQL in a process of its own and kills that, and with `reaper` also what would clean up after it. */
async function abandon(how: { reaper: boolean }): Promise<{ pid: number; url: string }> {
  const { process: supervisor, said: line } = await otherProcess(`
    import { startPostgres } from "./postgres.ts";
    import { reaperPid } from "./lifeline.ts";
    const { pid, url } = await startPostgres({ directory: ${JSON.stringify(directory)}, log: () => {} });
    console.log(JSON.stringify({ pid, url, reaper: reaperPid() }));
  `);
  const server = JSON.parse(line) as { pid: number; url: string; reaper: number };
  await ask(server.url, "CREATE TABLE kept AS SELECT 42 AS answer");
  if (how.reaper) signal(server.reaper, "SIGKILL");
  supervisor.kill("SIGKILL");
  await once(supervisor, "exit");
  return server;
}

describe("the local PostgreSQL", () => {
  test("is version 18, and asks for the password, on the loopback and on its socket", async () => {
    const server = await start();
    expect(await ask(server.url, "SHOW server_version")).toMatch(/^18\./u);
    expect(await ask(server.url, "SHOW listen_addresses")).toBe("127.0.0.1");
    expect(await ask(server.url, "SELECT host(inet_server_addr())")).toBe("127.0.0.1");
    expect(await ask(server.socketUrl, "SELECT inet_server_addr()")).toBeNull();
    for (const url of [server.url, server.socketUrl]) {
      const wrong = new URL(url);
      wrong.password = "wrong";
      await expect(ask(wrong.href, "SELECT 1")).rejects.toThrow("password authentication failed");
    }
    expect(statSync(join(server.home, "data")).mode & 0o077).toBe(0);
    expect(statSync(join(directory, "password")).mode & 0o777).toBe(0o600);
    await server.stop();
    expect(isAlive(server.pid)).toBe(false);
  });

  test("has no socket in a folder whose path is too long for one", async () => {
    directory = join(folder, "d".repeat(100));
    const server = await start();
    expect(server.socketUrl).toBe(server.url);
    expect(await ask(server.url, "SHOW unix_socket_directories")).toBe("");
    await server.stop();
  });

  test("has its data, port and password again after a restart", async () => {
    const first = await start();
    await ask(first.url, "CREATE TABLE kept AS SELECT 42 AS answer");
    await first.stop();
    const second = await start();
    expect(second.url).toBe(first.url);
    expect(await ask(second.url, "SELECT answer FROM kept")).toBe(42);
    await second.stop();
  });

  test("recovers after it was killed", async () => {
    const first = await start(true);
    await ask(first.url, "CREATE TABLE kept AS SELECT 42 AS answer");
    signal(first.pid, "SIGKILL");
    expect(await first.exited).toMatchObject({ expected: false });
    await first.stop();
    expect(existsSync(join(first.home, "data/postmaster.pid"))).toBe(true);
    const second = await start();
    expect(await ask(second.url, "SELECT answer FROM kept")).toBe(42);
    await second.stop();
  });

  test("ends with its supervisor when that is killed", async () => {
    const { pid } = await abandon({ reaper: false });
    expect(await goneWithin(pid, 10_000)).toBe(true);
  });

  test("is ended by the next start where even that failed", async () => {
    const left = await abandon({ reaper: true });
    expect(isAlive(left.pid)).toBe(true);
    const server = await start();
    expect(isAlive(left.pid)).toBe(false);
    expect(said).toContain(`ending the PostgreSQL (pid ${left.pid}) that an earlier start left behind`);
    expect(await ask(server.url, "SELECT answer FROM kept")).toBe(42);
    await server.stop();
  });

  test("leaves a stranger alone who has the process id of its predecessor", async () => {
    const first = await start();
    signal(first.pid, "SIGKILL");
    await first.exited;
    await first.stop();
    const stranger = spawn("sleep", ["600"], { stdio: "ignore" });
    const file = join(first.home, "data/postmaster.pid");
    writeFileSync(file, readFileSync(file, "utf8").replace(/^\d+/u, String(stranger.pid)));
    const second = await start();
    expect(await ask(second.url, "SELECT 1")).toBe(1);
    expect(stranger.exitCode).toBeNull();
    await second.stop();
    stranger.kill();
  });

  test("starts afresh after an initdb that was interrupted", async () => {
    mkdirSync(join(directory, "data.draft/base"), { recursive: true });
    writeFileSync(join(directory, "password"), "of the first attempt\n");
    const server = await start();
    expect(await ask(server.url, "SELECT 1")).toBe(1);
    await server.stop();
  });

  test("refuses a second start on its directory and names the process that has it", async () => {
    const server = await start();
    await expect(start()).rejects.toThrow(`is in use by process ${process.pid}`);
    await expect(removePostgres({ directory, log })).rejects.toThrow(`is in use by process ${process.pid}`);
    await server.stop();
  });

  test("takes another port when its own is taken", async () => {
    const first = await start();
    const other = await startPostgres({
      directory: join(folder, "other"),
      port: first.port,
      durable: false,
      log,
    });
    expect(other.port).not.toBe(first.port);
    await Promise.all([first.stop(), other.stop()]);
  });

  test("says what to do with data of another version", async () => {
    const server = await start();
    await server.stop();
    writeFileSync(join(server.home, "data/PG_VERSION"), "15\n");
    await expect(start()).rejects.toThrow("was made by PostgreSQL 15");
  });
});
