import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { resolveCloud, type Cloud } from "@kvsync/contracts";
import { localKeyEncryptionKey } from "@kvsync/keys";
import type { CallPolicy } from "@kvsync/outbound";
import { connectProducer, Doorbell } from "@kvsync/queue";
import { createTokenRow, findWorkspace, openDatabase, openSessionPool, type Database } from "@kvsync/store";
import { capturingLogger, createTestDatabase, requiredSetting } from "@kvsync/testing";
import type { Express } from "express";
import { createAdminToken, prepareFirstStart } from "../access/first-start.ts";
import { createToken, hashToken, visiblePrefix } from "../access/tokens/token.ts";
import { createApp } from "../app.ts";
import { ensureSigningKeys } from "../issuer/first-key.ts";
import type { LocalAzureSettings } from "../local-azure/settings.ts";
import { checkAgainstDescription } from "./conformance.ts";
import { startRelay } from "./relay.ts";

/** An answer of control. `body` is parsed where it is JSON, and text otherwise. */
export type Answer<Body = never> = Readonly<{ status: number; body: Body; text: string; headers: Headers }>;

/** What a request carries besides its address. A body that is a string or bytes goes out as it is. */
export type Given = Readonly<{ body?: unknown; token?: string | null; headers?: Record<string, string> }>;

export type TokenKind = Partial<Omit<Parameters<typeof createTokenRow>[1], "hash" | "prefix">>;

/** Control alone, in this process, on real PostgreSQL and Redis. */
export type TestControl = Readonly<{
  app: Express;
  origin: string;
  issuer: string;
  cloud: Cloud;
  database: Database;
  doorbell: Doorbell;
  workspaceId: string;
  teamId: string;
  adminToken: string;
  logs: string[];
  /**
   * Asks as admin, with another token, or with none (null). Redirects aren't followed.
   *
   * @throws when the answer isn't what the API's description says
   */
  ask: <Body = never>(method: string, path: string, given?: Given) => Promise<Answer<Body>>;
  /** A token that is written past the API, so that any kind can be made. */
  token: (kind?: TokenKind) => Promise<{ id: string; token: string }>;
  /** Takes PostgreSQL away, for good. */
  cutDatabase: () => Promise<void>;
  stop: () => Promise<void>;
}>;

export type TestControlOptions = Readonly<{
  issuer?: string;
  redisUrl?: string;
  redisPrefix?: string;
  singleSignOnPrivate?: boolean;
  webhooks?: CallPolicy;
  rateLimitPerMinute?: number;
  trustProxy?: number;
  planWaitMs?: number;
  localAzure?: LocalAzureSettings;
  heartbeatMs?: number;
  stopping?: AbortSignal;
}>;

export const everywhere = { all: true, teams: [], projects: [], environments: [] };

export async function startControl(options: TestControlOptions = {}): Promise<TestControl> {
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
  options: TestControlOptions,
  undo: Array<() => Promise<void>>,
): Promise<Omit<TestControl, "stop">> {
  const { logger, lines: logs } = capturingLogger("test");
  const testDatabase = await createTestDatabase();
  undo.push(testDatabase.drop);
  const relay = await startRelay(testDatabase.url);
  undo.push(relay.cut);
  const database = openDatabase(relay.url, 5);
  undo.push(() => database.$disconnect());
  const sessionPool = openSessionPool(relay.url, () => undefined);
  undo.push(() => sessionPool.end());
  const redis = connectProducer(options.redisUrl ?? requiredSetting("TEST_REDIS_URL"), () => undefined);
  undo.push(async () => redis.disconnect());
  const redisPrefix = options.redisPrefix ?? `{test-${randomUUID()}}`;
  const doorbell = new Doorbell({ connection: redis, prefix: redisPrefix, gatherMs: 0 });
  undo.push(() => doorbell.close());
  const keyEncryptionKey = localKeyEncryptionKey(Buffer.alloc(32, 7));
  const cloud = resolveCloud({ AZURE_CLOUD: "public" });
  if ("missing" in cloud) throw new Error("the public cloud misses a setting");

  const server = createServer();
  // As in main.ts: a client that takes a connection up again must not find it closed at that moment.
  server.keepAliveTimeout = 65_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  undo.push(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  });
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const issuer = options.issuer ?? origin;
  const app = createApp({
    database,
    sessionPool,
    redis,
    redisPrefix,
    singleSignOnPrivate: options.singleSignOnPrivate ?? true,
    webhooks: options.webhooks ?? { privateAddresses: false, plainHttp: "nowhere" },
    doorbell,
    keyEncryptionKey,
    cloud,
    issuer,
    sessionSecret: "a-session-secret-for-tests-0123456789",
    trustProxy: options.trustProxy ?? 0,
    rateLimitPerMinute: options.rateLimitPerMinute ?? 100_000,
    planWaitMs: options.planWaitMs,
    localAzure: options.localAzure,
    heartbeatMs: options.heartbeatMs,
    stopping: options.stopping,
    logger,
  });
  server.on("request", app);
  await ensureSigningKeys(database, keyEncryptionKey);
  await prepareFirstStart(database, { email: "admin@kvsync.local" });
  const workspace = await findWorkspace(database, "default");
  if (workspace === null) throw new Error("the first start made no workspace");
  const { id: workspaceId } = workspace;
  const { id: teamId } = await database.team.findFirstOrThrow({ where: { workspaceId } });
  const adminToken = await database.$transaction((transaction) =>
    createAdminToken(transaction, workspaceId, "test admin"),
  );

  return {
    app,
    origin,
    issuer,
    cloud,
    database,
    doorbell,
    workspaceId,
    teamId,
    adminToken,
    logs,
    ask: async (method, path, given) => ask(origin, method, path, adminToken, given),
    token: async (kind = {}) => {
      const token = createToken();
      const usual = { permission: "read-write", role: "developer", type: "static" } as const;
      const rest = { name: "a token", createdById: null, expiresAt: null, scope: everywhere, workspaceId };
      const secret = { prefix: visiblePrefix(token), hash: hashToken(token) };
      const { id } = await createTokenRow(database, { ...usual, ...rest, ...kind, ...secret });
      return { id, token };
    },
    cutDatabase: relay.cut,
  };
}

async function ask<Body>(
  origin: string,
  method: string,
  path: string,
  adminToken: string,
  { body, token = adminToken, headers = {} }: Given = {},
): Promise<Answer<Body>> {
  const raw = typeof body === "string" || body instanceof Uint8Array;
  const response = await fetch(origin + path, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
    redirect: "manual",
  });
  const text = await textOf(response);
  const isJson = response.headers.get("content-type")?.includes("json") === true && text !== "";
  const parsed: unknown = isJson ? JSON.parse(text) : text;
  const { status, headers: answered } = response;
  checkAgainstDescription({ method, path, status, headers: answered, body: parsed });
  return { status, body: parsed as Body, text, headers: answered };
}

/** The body; of a stream, which may never end, what comes first. */
async function textOf(response: Response): Promise<string> {
  if (response.headers.get("content-type")?.startsWith("text/event-stream") !== true) return response.text();
  const reader = response.body?.getReader();
  const first = await reader?.read();
  await reader?.cancel();
  return new TextDecoder().decode(first?.value);
}

/** A name that no other test uses. */
export const randomName = (start: string): string => `${start}${randomBytes(5).toString("hex")}`;
