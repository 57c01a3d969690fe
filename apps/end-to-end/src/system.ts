import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { createApp } from "@kvsync/control/app";
import { createAdminToken, prepareFirstStart } from "@kvsync/control/first-start";
import { ensureSigningKeys } from "@kvsync/control/signing-keys";
import type { Cloud } from "@kvsync/contracts";
import { localKeyEncryptionKey } from "@kvsync/keys";
import { startLocalAzure, type LocalAzure } from "@kvsync/local-azure";
import type { CallPolicy } from "@kvsync/outbound";
import { connectProducer, Doorbell } from "@kvsync/queue";
import { findWorkspace, openDatabase, openSessionPool, type Database } from "@kvsync/store";
import { capturingLogger, createTestDatabase, requiredSetting } from "@kvsync/testing";
import { defaultRetryPolicy, type RetryPolicy } from "@kvsync/worker/retry";
import { startWorker, type DeliveryPolicy, type RunningWorker } from "@kvsync/worker/worker";

/** An answer of control's API. */
export type Answer = Readonly<{ status: number; body: never; headers: Headers }>;

/** How a worker of a test differs from others. Its budget is as good as none unless a test sets one. */
export type WorkerOptions = Readonly<{
  retry?: Partial<RetryPolicy>;
  name?: string;
  budget?: Readonly<{ writes: number; reads: number; windowMs: number }>;
  deliveries?: DeliveryPolicy;
}>;

/** Everything but Azure's and the queue's workers, in this process, on real PostgreSQL and Redis. */
export type TestSystem = Readonly<{
  azure: LocalAzure;
  database: Database;
  databaseUrl: string;
  redisUrl: string;
  redisPrefix: string;
  issuer: string;
  cloud: Cloud;
  /** Base64, as the setting has it. */
  keyEncryptionKey: string;
  adminToken: string;
  /** The first admin, who owns the workspace `default`. */
  admin: Readonly<{ email: string; password: string }>;
  /** What control and the workers of this process logged. */
  logs: string[];
  /** Calls control as admin, or with another token. */
  call: (method: string, path: string, body?: unknown, token?: string) => Promise<Answer>;
  startWorker: (options?: WorkerOptions) => Promise<RunningWorker>;
  /** Cuts every connection to control, as a proxy does that is restarted. */
  cutConnections: () => void;
  stop: () => Promise<void>;
}>;

/** Faster than in production, so that tests don't wait. The rules are the same. */
const quickRetries: RetryPolicy = {
  ...defaultRetryPolicy,
  withinRun: { baseMs: 10, capMs: 60 },
  secret: { baseMs: 300, capMs: 600 },
  run: { baseMs: 50, capMs: 300 },
  grace: { baseMs: 30, capMs: 100 },
};

export async function startTestSystem(options: Readonly<{ gatherMs?: number }> = {}): Promise<TestSystem> {
  const undo: Array<() => Promise<void>> = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    return { ...(await start(options, undo)), stop };
  } catch (error) {
    // Whoever asked for it has nothing to stop, and what is left open would keep Jest from ending.
    await stop();
    throw error;
  }
}

/** @param undo what ends each part, in the order in which they were started */
async function start(
  options: Readonly<{ gatherMs?: number }>,
  undo: Array<() => Promise<void>>,
): Promise<Omit<TestSystem, "stop">> {
  const { logger, lines: logs } = capturingLogger("test");
  const certificateDirectory = await mkdtemp(join(tmpdir(), "kvsync-tls-"));
  const azure = await startLocalAzure({ certificateDirectory });
  undo.push(() => azure.stop());
  azure.knobs.patch({ deletion: { deleteMs: 50, recoverMs: 50, purgeMs: 10 } });
  setDefaultCACertificates([
    ...getCACertificates(),
    await readFile(join(certificateDirectory, "ca.pem"), "utf8"),
  ]);

  const testDatabase = await createTestDatabase();
  undo.push(testDatabase.drop);
  const redisUrl = requiredSetting("TEST_REDIS_URL");
  const redisPrefix = `{test-${randomUUID()}}`;
  const keyEncryptionKey = Buffer.alloc(32, 7).toString("base64");
  const database = openDatabase(testDatabase.url, 10);
  undo.push(() => database.$disconnect());
  const sessionPool = openSessionPool(testDatabase.url, (error) => logger.warn({ err: error }));
  undo.push(() => sessionPool.end());
  const redis = connectProducer(redisUrl, (error) => logger.warn({ err: error }));
  undo.push(async () => redis.disconnect());
  const gatherMs = options.gatherMs ?? 0;
  const doorbell = new Doorbell({ connection: redis, prefix: redisPrefix, gatherMs });
  undo.push(() => doorbell.close());

  const server = createServer();
  // As in main.ts: a client that takes a connection up again must not find it closed at that moment.
  server.keepAliveTimeout = 65_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  undo.push(() => closeServer(server));
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  const cloud: Cloud = {
    name: "custom",
    authorityHost: azure.origin,
    vaultSuffix: `.vault.localhost:${new URL(azure.origin).port}`,
    vaultResource: "https://vault.azure.net",
    audience: "api://AzureADTokenExchange",
    verifyChallenge: false,
    instanceDiscovery: false,
  };
  const keys = localKeyEncryptionKey(Buffer.from(keyEncryptionKey, "base64"));
  const webhooks: CallPolicy = { privateAddresses: true, plainHttp: "anywhere" };
  const sessionSecret = "a-session-secret-for-tests-0123456789";
  server.on(
    "request",
    createApp({
      database,
      sessionPool,
      redis,
      redisPrefix,
      // A provider of a test is on the loopback.
      singleSignOnPrivate: true,
      webhooks,
      doorbell,
      keyEncryptionKey: keys,
      cloud,
      localAzure: { origin: azure.origin, adminKey: azure.adminKey, subscriptionId: randomUUID() },
      issuer,
      sessionSecret,
      trustProxy: 0,
      rateLimitPerMinute: 100_000,
      logger,
    }),
  );
  await ensureSigningKeys(database, keys);
  const email = "admin@kvsync.local";
  const passwordFile = join(certificateDirectory, "admin-password");
  await prepareFirstStart(database, { email, passwordFile });
  const admin = { email, password: (await readFile(passwordFile, "utf8")).trim() };
  const workspace = await findWorkspace(database, "default");
  if (workspace === null) throw new Error("the first start made no workspace");
  const adminToken = await database.$transaction((transaction) =>
    createAdminToken(transaction, workspace.id, "test admin"),
  );

  let workers = 0;
  return {
    azure,
    database,
    databaseUrl: testDatabase.url,
    redisUrl,
    redisPrefix,
    issuer,
    cloud,
    keyEncryptionKey,
    adminToken,
    admin,
    logs,
    cutConnections: () => server.closeAllConnections(),
    call: (method, path, body, token = adminToken) => callControl(issuer, method, path, body, token),
    startWorker: async ({ retry = {}, name = `worker-${workers}`, budget, deliveries } = {}) => {
      const settings = {
        databaseUrl: testDatabase.url,
        databasePoolSize: 10,
        redisUrl,
        redisPrefix,
        issuer,
        keyEncryptionKey: keys,
        logLevel: "trace" as const,
        name,
        runConcurrency: 10,
        vaultConcurrency: 8,
        budget: budget ?? { writes: 100_000, reads: 1_000_000, windowMs: 10_000 },
        gatherMs,
        sweepEveryMs: 500,
        health: { host: "127.0.0.1", port: 0 },
        cloud,
        webhooks,
      };
      const worker = await startWorker(settings, logger, { ...quickRetries, ...retry }, deliveries);
      workers += 1;
      undo.push(worker.stop);
      return worker;
    },
  };
}

async function callControl(
  origin: string,
  method: string,
  path: string,
  body: unknown,
  token: string,
): Promise<Answer> {
  const response = await fetch(origin + path, {
    method,
    headers: {
      ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    redirect: "manual",
  });
  const text = await response.text();
  const parsed: unknown = response.headers.get("content-type")?.includes("json") ? JSON.parse(text) : text;
  return { status: response.status, body: parsed as never, headers: response.headers };
}

async function closeServer(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
}
