import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { randomUUID } from "node:crypto";
import type { Cloud } from "@kvsync/contracts";
import { localKeyEncryptionKey } from "@kvsync/keys";
import { connectProducer, Doorbell } from "@kvsync/queue";
import { createWorkspace, openDatabase, openSessionPool, type Database } from "@kvsync/store";
import { capturingLogger, createTestDatabase, requiredSetting } from "@kvsync/testing";
import { createApp } from "../src/app.ts";
import { createAdminToken } from "../src/access/first-start.ts";
import { ensureSigningKeys } from "../src/issuer/first-key.ts";

/** An answer over HTTP. `body` is parsed where it is JSON, and text otherwise. */
export type Answer = Readonly<{ status: number; body: never; text: string; headers: Headers }>;

export type Request = Readonly<{
  /** Sent as JSON unless it is text, which goes as it is. */
  body?: unknown;
  /** The admin's by default; null for none. */
  token?: string | null;
  headers?: Readonly<Record<string, string>>;
}>;

/** Control on a port of its own, on real PostgreSQL and Redis, with one workspace and its admin. */
export type TestControl = Readonly<{
  origin: string;
  database: Database;
  databaseUrl: string;
  doorbell: Doorbell;
  workspaceId: string;
  adminToken: string;
  logs: readonly string[];
  call: (method: string, path: string, request?: Request) => Promise<Answer>;
  /** A token made over the API. */
  token: (wish: TokenWish) => Promise<string>;
  /** An admin of another workspace. */
  stranger: () => Promise<string>;
  stop: () => Promise<void>;
}>;

export type TokenWish = Readonly<{
  permission: "read" | "read-write";
  role: "admin" | "developer" | "member";
  scope?: Readonly<{ teams?: string[]; projects?: string[]; environments?: string[] }>;
}>;

export type ControlOptions = Readonly<{
  rateLimitPerMinute?: number;
  trustProxy?: number;
  /** The published issuer; by default the address that this control listens on. */
  issuer?: string;
  redisUrl?: string;
  keyEncryptionKey?: Uint8Array;
}>;

const CLOUD: Cloud = {
  name: "custom",
  authorityHost: "https://login.invalid",
  vaultSuffix: ".vault.invalid",
  vaultResource: "https://vault.azure.net",
  audience: "api://AzureADTokenExchange",
  verifyChallenge: false,
  instanceDiscovery: false,
};

export async function startControl(options: ControlOptions = {}): Promise<TestControl> {
  const { logger, lines: logs } = capturingLogger("control");
  const testDatabase = await createTestDatabase();
  const database = openDatabase(testDatabase.url, 10);
  const warn = (error: Error): void => logger.warn({ err: error }, "trouble with a connection");
  const sessionPool = openSessionPool(testDatabase.url, warn);
  const redis = connectProducer(options.redisUrl ?? requiredSetting("TEST_REDIS_URL"), warn);
  if (options.redisUrl === undefined) await once(redis, "ready");
  const doorbell = new Doorbell({ connection: redis, prefix: `{test-${randomUUID()}}`, gatherMs: 60_000 });
  const keyEncryptionKey = localKeyEncryptionKey(options.keyEncryptionKey ?? Buffer.alloc(32, 7));
  await ensureSigningKeys(database, keyEncryptionKey);

  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  server.on(
    "request",
    createApp({
      database,
      sessionPool,
      redis,
      doorbell,
      keyEncryptionKey,
      cloud: CLOUD,
      issuer: options.issuer ?? origin,
      sessionSecret: "a-session-secret-for-tests-0123456789",
      trustProxy: options.trustProxy ?? 0,
      rateLimitPerMinute: options.rateLimitPerMinute ?? 100_000,
      logger,
    }),
  );

  const { id: workspaceId } = await createWorkspace(database, {
    name: "Default",
    slug: "default",
    teamName: "Default",
  });
  const adminToken = await createAdminToken(database, workspaceId, "test admin");
  const call: TestControl["call"] = (method, path, { body, token = adminToken, headers = {} } = {}) =>
    send(origin + path, method, body, {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    });

  return {
    origin,
    database,
    databaseUrl: testDatabase.url,
    doorbell,
    workspaceId,
    adminToken,
    logs,
    call,
    token: async ({ permission, role, scope }) => {
      const answer = await call("POST", "/v1/workspace/default/tokens", {
        body: {
          name: `${role} ${permission}`,
          permission,
          role,
          expiresIn: "24h",
          scope: { all: scope === undefined, teams: [], projects: [], environments: [], ...scope },
        },
      });
      if (answer.status !== 201) throw new Error(`no token: ${answer.status} ${answer.text}`);
      return (answer.body as { token: string }).token;
    },
    stranger: async () => {
      const slug = `other-${randomUUID().slice(0, 8)}`;
      const other = await createWorkspace(database, { name: "Other", slug, teamName: "Other" });
      return createAdminToken(database, other.id, "admin of another workspace");
    },
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await doorbell.close();
      redis.disconnect();
      await sessionPool.end();
      await database.$disconnect();
      await testDatabase.drop();
    },
  };
}

async function send(
  url: string,
  method: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers,
    redirect: "manual",
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") === true && text !== "";
  const parsed: unknown = isJson ? JSON.parse(text) : text;
  return { status: response.status, body: parsed as never, text, headers: response.headers };
}
