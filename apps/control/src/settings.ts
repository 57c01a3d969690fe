import { cloudSettings, issuerUrlSchema, resolveCloud, type Cloud } from "@kvsync/contracts";
import { emailSchema } from "@kvsync/contracts/api";
import { keyEncryptionKeySchema, localKeyEncryptionKey, type KeyEncryptionKey } from "@kvsync/keys";
import { webhookPolicy, webhookSettings, type CallPolicy } from "@kvsync/outbound";
import { DEFAULT_PREFIX } from "@kvsync/queue";
import { parseSettings, SettingsError, type LogLevel } from "@kvsync/runtime";
import { z } from "zod";
import {
  localAzureSettings,
  readLocalAzureSettings,
  type LocalAzureSettings,
} from "./local-azure/settings.ts";

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
  SESSION_SECRET: z.string().min(32, "must have at least 32 characters"),
  HOST: z.string().default("127.0.0.1"),
  PORT: whole(0, 65_535).default(8080),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
  /** How many proxies stand in front. */
  TRUST_PROXY: whole(0, 10).default(0),
  GATHER_MS: whole(0, 60_000).default(500),
  DATABASE_POOL_SIZE: whole(2, 100).default(10),
  RATE_LIMIT_PER_MINUTE: whole(1, 1_000_000).default(200),
  MIGRATE_ON_START: z.stringbool().default(true),
  SINGLE_SIGN_ON_PRIVATE: z.stringbool().default(false),
  /** Where the first start writes the admin token. */
  ADMIN_TOKEN_FILE: z.string().optional(),
  /** The first admin, and where the first start writes their password. */
  ADMIN_EMAIL: emailSchema.default("admin@kvsync.local"),
  ADMIN_PASSWORD_FILE: z.string().optional(),
  ...cloudSettings,
  ...localAzureSettings,
  ...webhookSettings,
});

export type ControlSettings = Readonly<{
  databaseUrl: string;
  databasePoolSize: number;
  redisUrl: string;
  redisPrefix: string;
  issuer: string;
  keyEncryptionKey: KeyEncryptionKey;
  sessionSecret: string;
  host: string;
  port: number;
  logLevel: LogLevel;
  trustProxy: number;
  gatherMs: number;
  rateLimitPerMinute: number;
  migrateOnStart: boolean;
  /** Whether identity providers may lie inside a network, and on the loopback speak HTTP. */
  singleSignOnPrivate: boolean;
  /** Where webhooks may go. */
  webhooks: CallPolicy;
  adminTokenFile: string | undefined;
  adminEmail: string;
  adminPasswordFile: string | undefined;
  cloud: Cloud;
  localAzure: LocalAzureSettings | undefined;
}>;

/** @throws {SettingsError} naming every setting that is missing or malformed */
export function readControlSettings(environment: NodeJS.ProcessEnv): ControlSettings {
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
    sessionSecret: settings.SESSION_SECRET,
    host: settings.HOST,
    port: settings.PORT,
    logLevel: settings.LOG_LEVEL,
    trustProxy: settings.TRUST_PROXY,
    gatherMs: settings.GATHER_MS,
    rateLimitPerMinute: settings.RATE_LIMIT_PER_MINUTE,
    migrateOnStart: settings.MIGRATE_ON_START,
    singleSignOnPrivate: settings.SINGLE_SIGN_ON_PRIVATE,
    webhooks: webhookPolicy(settings),
    adminTokenFile: settings.ADMIN_TOKEN_FILE,
    adminEmail: settings.ADMIN_EMAIL,
    adminPasswordFile: settings.ADMIN_PASSWORD_FILE,
    cloud,
    localAzure: readLocalAzureSettings(settings, cloud),
  };
}
