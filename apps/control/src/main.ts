import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { connectProducer, Doorbell } from "@kvsync/queue";
import { createLogger, describeError, SettingsError, Shutdown } from "@kvsync/runtime";
import { applyMigrations, openDatabase, openSessionPool } from "@kvsync/store";
import { prepareFirstStart } from "./access/first-start.ts";
import { createApp } from "./app.ts";
import { ensureSigningKeys } from "./issuer/first-key.ts";
import { readControlSettings, type ControlSettings } from "./settings.ts";

const MIGRATIONS = fileURLToPath(new URL("../../../prisma/migrations", import.meta.url));

function settingsOrExit(): ControlSettings {
  try {
    return readControlSettings(process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(78); // EX_CONFIG of sysexits.h
  }
}

const settings = settingsOrExit();
const logger = createLogger("control", settings.logLevel);

try {
  await start();
} catch (error) {
  logger.fatal({ err: error }, "control can't start");
  process.exit(1);
}

async function start(): Promise<void> {
  const shutdown = new Shutdown(logger);
  shutdown.listen();

  if (settings.migrateOnStart) {
    const applied = await applyMigrations(settings.databaseUrl, MIGRATIONS);
    if (applied.length > 0) logger.info({ migrations: applied }, "migrations applied");
  }
  const database = openDatabase(settings.databaseUrl, settings.databasePoolSize);
  shutdown.add("database", () => database.$disconnect());
  const sessionPool = openSessionPool(settings.databaseUrl, (error) => {
    logger.warn({ err: error }, "trouble with the session store's connection");
  });
  shutdown.add("session store", () => sessionPool.end());
  let redisWarnedAt = 0;
  const redis = connectProducer(settings.redisUrl, (error) => {
    if (Date.now() - redisWarnedAt < 60_000) return;
    redisWarnedAt = Date.now();
    logger.warn(
      { error: describeError(error) },
      "Redis can't be reached; what is wanted stays in PostgreSQL",
    );
  });
  shutdown.add("redis", () => redis.disconnect());
  const doorbell = new Doorbell({
    connection: redis,
    prefix: settings.redisPrefix,
    gatherMs: settings.gatherMs,
  });
  shutdown.add("queues", () => doorbell.close());

  await ensureSigningKeys(database, settings.keyEncryptionKey);
  const { adminTokenFile: tokenFile, adminPasswordFile: passwordFile, adminEmail: email } = settings;
  if (await prepareFirstStart(database, { tokenFile, passwordFile, email }))
    logger.info(
      { tokenFile: tokenFile ?? null, passwordFile: passwordFile ?? null },
      passwordFile === undefined
        ? "first start: make the first admin with “npm run users -- create”, or “kvsync-admin users create” in a container"
        : "first start: the first admin's password is in the file",
    );

  const stopping = new AbortController();
  const app = createApp({
    ...settings,
    database,
    sessionPool,
    redis,
    doorbell,
    logger,
    stopping: stopping.signal,
  });
  const server = app.listen(settings.port, settings.host);
  await once(server, "listening");
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  server.keepAliveTimeout = 65_000;
  shutdown.add("http server", async () => {
    const closed = once(server, "close");
    server.close();
    server.closeIdleConnections();
    const impatient = setTimeout(() => server.closeAllConnections(), 5_000);
    await closed;
    clearTimeout(impatient);
  });
  shutdown.add("live views", () => stopping.abort());
  logger.info({ address: server.address(), issuer: settings.issuer, cloud: settings.cloud.name }, "ready");
}
