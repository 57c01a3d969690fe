import type { SystemStateBody } from "@kvsync/contracts/api";
import { defaultRotationPolicy, readyAt, type RotationPolicy } from "@kvsync/keys";
import { Presence, readBudgets, type Doorbell, type VaultBudgetState } from "@kvsync/queue";
import { listSigningKeys, listVaults, pingDatabase, type Database, type SigningKeyRow } from "@kvsync/store";
import type { Redis } from "ioredis";
import { timestamp } from "../http/timestamp.ts";

export type SystemStateDependencies = Readonly<{ database: Database; redis: Redis; doorbell: Doorbell }>;

/** How many vaults are asked after. */
const VAULTS = 500;
/** Who asks doesn't wait longer (ms) for Redis; what only Redis knows is left out then. */
const PATIENCE_MS = 2_000;
/** A rotation that is this late (ms) isn't merely waiting for the hourly upkeep. */
const OVERDUE_AFTER_MS = 3 * 3_600_000;

/** How what stands behind all syncs does. */
export async function readSystemState(
  { database, redis, doorbell }: SystemStateDependencies,
  workspaceId: string,
): Promise<SystemStateBody> {
  const { prefix } = doorbell;
  const [databaseMs, keys, vaults] = await Promise.all([
    timed(() => pingDatabase(database)),
    listSigningKeys(database),
    listVaults(database, workspaceId, VAULTS),
  ]);
  const ask = <Answer>(question: () => Promise<Answer>): Promise<Answer | null> =>
    redis.status === "ready" ? answerOrNull(question) : Promise.resolve(null);
  const [redisMs, queues, workers, budgets] = await Promise.all([
    ask(() => timed(() => redis.ping())),
    ask(() => doorbell.depths()),
    ask(() => new Presence(redis, prefix).seen()),
    ask(() => readBudgets(redis, prefix, vaults)),
  ]);
  return {
    database: { reachable: true, latencyMs: databaseMs },
    redis: { reachable: redisMs !== null, latencyMs: redisMs },
    queues,
    workers: workers?.map(({ name, seenAt }) => ({ name, seenAt: timestamp(seenAt) })) ?? null,
    throttledVaults: budgets?.map(presentBudget) ?? null,
    signingKey: presentSigningKey(keys, new Date(), defaultRotationPolicy),
  };
}

function presentBudget({
  vaultUrl,
  kind,
  limit,
  currentLimit,
  since,
  heldUntil,
}: VaultBudgetState): NonNullable<SystemStateBody["throttledVaults"]>[number] {
  return {
    vaultUrl,
    requests: kind === "write" ? "writes" : "reads",
    limit,
    currentLimit,
    since: timestamp(since),
    heldUntil: timestamp(heldUntil),
  };
}

/** How far the rotation of the keys is that sign assertions. */
export function presentSigningKey(
  keys: ReadonlyArray<Pick<SigningKeyRow, "state" | "activatedAt" | "publishedAt">>,
  now: Date,
  policy: RotationPolicy,
): SystemStateBody["signingKey"] {
  const active = keys.find(({ state }) => state === "active");
  const next = keys.find(({ state }) => state === "next");
  const activatedAt = active?.activatedAt ?? null;
  const spent = activatedAt === null ? null : activatedAt.getTime() + policy.activeMs;
  const ready = next === undefined ? 0 : readyAt(next, policy).getTime();
  const due = spent === null ? null : new Date(Math.max(spent, ready));
  return {
    activeSince: timestamp(activatedAt),
    nextPublishedAt: timestamp(next?.publishedAt ?? null),
    dueAt: timestamp(due),
    overdue: due === null || now.getTime() > due.getTime() + OVERDUE_AFTER_MS,
  };
}

async function timed(ask: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await ask();
  return Math.round(performance.now() - begun);
}

async function answerOrNull<Answer>(question: () => Promise<Answer>): Promise<Answer | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => (timer = setTimeout(resolve, PATIENCE_MS, null)));
  try {
    return await Promise.race([question(), late]);
  } catch {
    return null; // Redis went away meanwhile
  } finally {
    clearTimeout(timer);
  }
}
