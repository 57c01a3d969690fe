import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { resolveCloud, type Cloud } from "@kvsync/contracts";
import { localKeyEncryptionKey } from "@kvsync/keys";
import { connectProducer, Doorbell } from "@kvsync/queue";
import { createTokenRow, findWorkspace, openDatabase, openSessionPool, type Database } from "@kvsync/store";
import { capturingLogger, createTestDatabase, requiredSetting } from "@kvsync/testing";
import type { Express } from "express";
import { createAdminToken, prepareFirstStart } from "../access/first-start.ts";
import { createToken, hashToken, visiblePrefix } from "../access/token.ts";
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
  rateLimitPerMinute?: number;
  trustProxy?: number;
  planWaitMs?: number;
  localAzure?: LocalAzureSettings;
}>;

export const everywhere = { all: true, teams: [], projects: [], environments: [] };

export async function startControl(options: TestControlOptions = {}): Promise<TestControl> {
  const { logger, lines: logs } = capturingLogger("test");
  const testDatabase = await createTestDatabase();
  const relay = await startRelay(testDatabase.url);
  const database = openDatabase(relay.url, 5);
  const sessionPool = openSessionPool(relay.url, () => undefined);
  const redis = connectProducer(options.redisUrl ?? requiredSetting("TEST_REDIS_URL"), () => undefined);
  const doorbell = new Doorbell({ connection: redis, prefix: `{test-${randomUUID()}}`, gatherMs: 0 });
  const keyEncryptionKey = localKeyEncryptionKey(Buffer.alloc(32, 7));
  const cloud = resolveCloud({ AZURE_CLOUD: "public" });
  if ("missing" in cloud) throw new Error("the public cloud misses a setting");

  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const issuer = options.issuer ?? origin;
  const app = createApp({
    database,
    sessionPool,
    redis,
    doorbell,
    keyEncryptionKey,
    cloud,
    issuer,
    sessionSecret: "a-session-secret-for-tests-0123456789",
    trustProxy: options.trustProxy ?? 0,
    rateLimitPerMinute: options.rateLimitPerMinute ?? 100_000,
    planWaitMs: options.planWaitMs,
    localAzure: options.localAzure,
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
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
      await doorbell.close();
      redis.disconnect();
      await sessionPool.end();
      await database.$disconnect();
      await relay.cut();
      await testDatabase.drop();
    },
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
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") === true && text !== "";
  const parsed: unknown = isJson ? JSON.parse(text) : text;
  const { status, headers: answered } = response;
  checkAgainstDescription({ method, path, status, headers: answered, body: parsed });
  return { status, body: parsed as Body, text, headers: answered };
}

/** A name that no other test uses. */
export const randomName = (start: string): string => `${start}${randomBytes(5).toString("hex")}`;
