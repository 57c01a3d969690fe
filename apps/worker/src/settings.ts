import { hostname } from "node:os";
import { cloudSettings, issuerUrlSchema, resolveCloud, type Cloud } from "@kvsync/contracts";
import { keyEncryptionKeySchema, localKeyEncryptionKey, type KeyEncryptionKey } from "@kvsync/keys";
import { webhookPolicy, webhookSettings, type CallPolicy } from "@kvsync/outbound";
import { DEFAULT_PREFIX } from "@kvsync/queue";
import { parseSettings, SettingsError, type LogLevel } from "@kvsync/runtime";
import { z } from "zod";
import { defaultBudgetLimits, type BudgetLimits } from "./vault/budget/budgets.ts";

const whole = (least: number, most: number): z.ZodCoercedNumber =>
  z.coerce.number().int().min(least).max(most);

const schema = z.object({
  DATABASE_URL: z.url({
    protocol: /^postgres(ql)?$/,
    error: "must be a URL like postgresql://user:password@host/database",
  }),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: "must be a URL like redis://:password@host:6379" }),
  REDIS_PREFIX: z.string().default(DEFAULT_PREFIX),
  ISSUER_URL: issuerUrlSchema,
  KEY_ENCRYPTION_KEY: keyEncryptionKeySchema,
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
  WORKER_NAME: z.string().min(1).max(100).default(`${hostname()}-${process.pid}`),
  /** How many syncs run at once in this process. */
  RUN_CONCURRENCY: whole(1, 1_000).default(100),
  /** How many requests to its vault a run has under way at once. */
  VAULT_CONCURRENCY: whole(1, 200).default(16),
  /** How many new versions all workers together write to one vault in 10 s; Azure allows 300, to everybody together. */
  VAULT_WRITES_PER_10_S: whole(1, 100_000).default(defaultBudgetLimits.writes),
  /** How many other requests all workers together make to one vault in 10 s; Azure allows 4,000. */
  VAULT_READS_PER_10_S: whole(1, 1_000_000).default(defaultBudgetLimits.reads),
  DATABASE_POOL_SIZE: whole(2, 100).default(20),
  GATHER_MS: whole(0, 60_000).default(500),
  SWEEP_EVERY_MS: whole(100, 600_000).default(10_000),
  /** 0 switches the health endpoint off. */
  HEALTH_PORT: whole(0, 65_535).default(0),
  HEALTH_HOST: z.string().default("127.0.0.1"),
  ...cloudSettings,
  ...webhookSettings,
});

export type WorkerSettings = Readonly<{
  databaseUrl: string;
  databasePoolSize: number;
  redisUrl: string;
  redisPrefix: string;
  issuer: string;
  keyEncryptionKey: KeyEncryptionKey;
  logLevel: LogLevel;
  name: string;
  runConcurrency: number;
  vaultConcurrency: number;
  budget: BudgetLimits;
  gatherMs: number;
  sweepEveryMs: number;
  health: Readonly<{ host: string; port: number }>;
  cloud: Cloud;
  /** Where webhooks may go. */
  webhooks: CallPolicy;
}>;

/** @throws {SettingsError} naming every setting that is missing or malformed */
export function readWorkerSettings(environment: NodeJS.ProcessEnv): WorkerSettings {
  const settings = parseSettings(schema, environment);
  const cloud = resolveCloud(settings);
  if ("missing" in cloud)
    throw new SettingsError(
      cloud.missing.map((setting) => ({ setting, problem: "is missing (AZURE_CLOUD=custom needs it)" })),
    );
  return {
    databaseUrl: settings.DATABASE_URL,
    databasePoolSize: settings.DATABASE_POOL_SIZE,
    redisUrl: settings.REDIS_URL,
    redisPrefix: settings.REDIS_PREFIX,
    issuer: settings.ISSUER_URL,
    keyEncryptionKey: localKeyEncryptionKey(settings.KEY_ENCRYPTION_KEY),
    logLevel: settings.LOG_LEVEL,
    name: settings.WORKER_NAME,
    runConcurrency: settings.RUN_CONCURRENCY,
    vaultConcurrency: settings.VAULT_CONCURRENCY,
    budget: {
      ...defaultBudgetLimits,
      writes: settings.VAULT_WRITES_PER_10_S,
      reads: settings.VAULT_READS_PER_10_S,
    },
    gatherMs: settings.GATHER_MS,
    sweepEveryMs: settings.SWEEP_EVERY_MS,
    health: { host: settings.HEALTH_HOST, port: settings.HEALTH_PORT },
    cloud,
    webhooks: webhookPolicy(settings),
  };
}
