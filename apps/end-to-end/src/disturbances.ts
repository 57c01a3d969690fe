import { until } from "@kvsync/testing";
import { Redis } from "ioredis";
import { showSync, type TestVault } from "./scenario.ts";
import type { TestSystem } from "./system.ts";

/** So many secrets, `name-000` and on, each with a value of its own. */
export function manySecrets(
  count: number,
  valueOf = (index: number) => `value ${index}`,
): Record<string, string> {
  const names = Array.from({ length: count }, (_, index) => `name-${String(index).padStart(3, "0")}`);
  return Object.fromEntries(names.map((name, index) => [name, valueOf(index)]));
}

/** What stands in a vault under these names. */
export function valuesIn(
  { azure }: TestSystem,
  vault: TestVault,
  names: readonly string[],
): Record<string, string | undefined> {
  return Object.fromEntries(names.map((name) => [name, azure.peek(vault.name, name)]));
}

/** How many versions a secret has in a vault; 0 when it isn't there. */
export function versionsOf({ azure }: TestSystem, vault: TestVault, name: string): number {
  return azure.resources.vault(vault.name).store.get(name, azure.clock.now())?.versions.length ?? 0;
}

/** How many writes a vault has answered with success, the temporary secrets of validations left out. */
export function writesTo({ azure }: TestSystem, vault: TestVault): number {
  return azure
    .requests({ vault: vault.name, operation: "setSecret", outcome: 200 })
    .filter(({ secret }) => !secret?.includes("kvsync-probe")).length;
}

/** Waits until a run is in the middle of its writes. */
export async function inMidRun(
  system: TestSystem,
  syncId: string,
  vault: TestVault,
  writes = 5,
): Promise<void> {
  await until("a run is in the middle of its writes", async () => {
    const { lastRun } = await showSync(system, syncId);
    return lastRun?.state === "running" && writesTo(system, vault) >= writes;
  });
}

async function withRedis<Result>(
  system: TestSystem,
  work: (redis: Redis) => Promise<Result>,
): Promise<Result> {
  const redis = new Redis(system.redisUrl);
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

async function keysOf(redis: Redis, prefix: string): Promise<string[]> {
  const keys = new Set<string>();
  for (let cursor = "0"; ;) {
    const [next, found] = await redis.scan(cursor, "MATCH", `${prefix}*`, "COUNT", 500);
    for (const key of found) keys.add(key);
    if (next === "0") return [...keys];
    cursor = next;
  }
}

/** What FLUSHALL does, as far as this system's keys go: other tests share the Redis. @returns how many there were */
export async function emptyRedis(system: TestSystem): Promise<number> {
  return withRedis(system, async (redis) => {
    const keys = await keysOf(redis, system.redisPrefix);
    return keys.length === 0 ? 0 : redis.del(...keys);
  });
}

/** Everything that Redis holds of this system, as one text. */
export async function dumpRedis(system: TestSystem): Promise<string> {
  return withRedis(system, async (redis) => {
    const parts: unknown[] = [];
    for (const key of await keysOf(redis, system.redisPrefix)) parts.push(key, await contentOf(redis, key));
    return JSON.stringify(parts);
  });
}

async function contentOf(redis: Redis, key: string): Promise<unknown> {
  const type = await redis.type(key);
  switch (type) {
    case "string":
      return redis.get(key);
    case "hash":
      return redis.hgetall(key);
    case "list":
      return redis.lrange(key, 0, -1);
    case "set":
      return redis.smembers(key);
    case "zset":
      return redis.zrange(key, "0", "-1", "WITHSCORES");
    case "stream":
      return redis.xrange(key, "-", "+");
    case "none":
      return "";
    default:
      throw new Error(`${key} is of the unknown type ${type}`);
  }
}

/** Makes the time pass after which a dead worker's leases, in PostgreSQL, and its jobs, in Redis, are taken over. */
export async function outliveDeadWorkers(system: TestSystem): Promise<void> {
  await system.database.$executeRaw`
    UPDATE "Sync" SET "leaseExpiresAt" = now() - interval '1 second' WHERE "leaseExpiresAt" IS NOT NULL`;
  await withRedis(system, async (redis) => {
    const runs = `${system.redisPrefix}:runs`;
    const active = await redis.lrange(`${runs}:active`, 0, -1);
    await redis.del(`${runs}:stalled-check`, ...active.map((job) => `${runs}:${job}:lock`));
    if (active.length > 0) await redis.sadd(`${runs}:stalled`, ...active);
  });
}

/** Cuts every other connection to this system's database. @returns how many there were */
export async function cutDatabaseConnections({ database }: TestSystem): Promise<number> {
  const rows = await database.$queryRaw<Array<{ cut: boolean }>>`
    SELECT pg_terminate_backend(pid) AS cut FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()`;
  return rows.length;
}
