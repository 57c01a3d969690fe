import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Redis } from "ioredis";
import { once } from "node:events";
import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { goneWithin, isAlive, signal } from "./process.ts";
import { NoRedisError, removeRedis, startRedis } from "./redis.ts";
import type { RedisServer } from "./redis.ts";
import { otherProcess, scratchFolder } from "./scratch.ts";

const toolsDirectory = fileURLToPath(new URL("../../.tools", import.meta.url));
let folder: string;
let directory: string;
const said: string[] = [];
const log = (line: string): void => void said.push(line);
const start = async (durable = false): Promise<RedisServer> =>
  startRedis({ directory, toolsDirectory, durable, log });

beforeEach(() => {
  folder = scratchFolder();
  directory = join(folder, "redis");
  said.length = 0;
});
afterEach(async () => {
  await removeRedis({ directory, log });
  rmSync(folder, { recursive: true, force: true });
});

async function withClient<T>(url: string, use: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url, { maxRetriesPerRequest: 0, retryStrategy: () => null });
  client.on("error", () => {});
  try {
    return await use(client);
  } finally {
    client.disconnect();
  }
}

async function abandon(how: { reaper: boolean }): Promise<number> {
  const { process: supervisor, said: line } = await otherProcess(`
    import { startRedis } from "./redis.ts";
    import { reaperPid } from "./lifeline.ts";
    const { pid } = await startRedis({
      directory: ${JSON.stringify(directory)}, toolsDirectory: ${JSON.stringify(toolsDirectory)}, log: () => {},
    });
    console.log(JSON.stringify({ pid, reaper: reaperPid() }));
  `);
  const server = JSON.parse(line) as { pid: number; reaper: number };
  if (how.reaper) signal(server.reaper, "SIGKILL");
  supervisor.kill("SIGKILL");
  await once(supervisor, "exit");
  return server.pid;
}

describe("the local Redis", () => {
  test("evicts nothing, asks for the password and shows it on no command line", async () => {
    const server = await start();
    await withClient(server.url, async (client) => {
      expect(await client.config("GET", "maxmemory-policy")).toContain("noeviction");
      expect(await client.config("GET", "bind")).toContain("127.0.0.1");
    });
    const { password } = new URL(server.url);
    const url = `redis://127.0.0.1:${server.port}`;
    await expect(withClient(url, async (client) => client.get("key"))).rejects.toThrow("NOAUTH");
    expect(readFileSync(`/proc/${server.pid}/cmdline`, "utf8")).not.toContain(password);
    for (const file of ["password", "redis.conf"]) {
      expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600);
    }
    await server.stop();
    expect(isAlive(server.pid)).toBe(false);
  });

  test("has a socket, for us alone, where its path isn't too long for one", async () => {
    const server = await start();
    expect(await withClient(server.socketUrl, async (client) => client.client("INFO"))).toContain(
      "redis.sock",
    );
    expect(statSync(join(directory, "redis.sock")).mode & 0o777).toBe(0o700);
    const { password } = new URL(server.url);
    const open = server.socketUrl.replace(password, "wrong");
    await expect(withClient(open, async (client) => client.get("key"))).rejects.toThrow("WRONGPASS");
    await server.stop();
    directory = join(folder, "d".repeat(100));
    const deep = await start();
    expect(deep.socketUrl).toBe(deep.url);
    await deep.stop();
  });

  test("has its data and address again after a restart, when asked to keep them", async () => {
    const first = await start(true);
    await withClient(first.url, async (client) => client.set("key", "kept"));
    await first.stop();
    const second = await start(true);
    expect(second.url).toBe(first.url);
    expect(await withClient(second.url, async (client) => client.get("key"))).toBe("kept");
    await second.stop();
  });

  test("ends with its supervisor when that is killed", async () => {
    expect(await goneWithin(await abandon({ reaper: false }), 10_000)).toBe(true);
  });

  test("is ended by the next start where even that failed", async () => {
    const left = await abandon({ reaper: true });
    expect(isAlive(left)).toBe(true);
    const server = await start();
    expect(isAlive(left)).toBe(false);
    expect(said).toContain(`ending the Redis (pid ${left}) that an earlier start left behind`);
    await server.stop();
  });

  test("refuses a second start on its directory and names the process that has it", async () => {
    const server = await start();
    await expect(start()).rejects.toThrow(`is in use by process ${process.pid}`);
    await server.stop();
  });

  test("that is nowhere to be had ends in a message that says what to install", async () => {
    const path = process.env["PATH"];
    process.env["PATH"] = folder;
    try {
      const attempt = startRedis({ directory, toolsDirectory: join(folder, "tools"), log });
      const error: unknown = await attempt.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(NoRedisError);
      expect((error as Error).message).toMatch(
        /apt-get install redis-server[^]*dnf[^]*apk[^]*brew[^]*REDIS_URL/u,
      );
    } finally {
      process.env["PATH"] = path;
    }
  });
});
