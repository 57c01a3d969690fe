import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { applyMigrations } from "@kvsync/store";
import { Client } from "pg";

const MIGRATIONS = fileURLToPath(new URL("../../../prisma/migrations", import.meta.url));
const TEMPLATE = "kvsync_template";
const TEMPLATE_LOCK = 7_201_002;

/** A migrated database of a test's own. */
export type TestDatabase = Readonly<{ url: string; drop: () => Promise<void> }>;

/** The setting that `npm test` gives. @throws when tests are run without it */
export function requiredSetting(name: "TEST_DATABASE_URL" | "TEST_REDIS_URL" | "TEST_CHROMIUM"): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} isn't set: run tests with “npm test”`);
  return value;
}

/** Copies a template that is migrated once per cluster, which takes some ten milliseconds. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const cluster = requiredSetting("TEST_DATABASE_URL");
  const name = `kvsync_${randomUUID().replaceAll("-", "")}`;
  await withClient(cluster, async (client) => {
    await client.query("SELECT pg_advisory_lock($1)", [TEMPLATE_LOCK]);
    const found = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [TEMPLATE]);
    if (found.rowCount === 0) {
      const draft = `${TEMPLATE}_draft`;
      await client.query(`DROP DATABASE IF EXISTS ${draft}`);
      await client.query(`CREATE DATABASE ${draft}`);
      await applyMigrations(databaseOf(cluster, draft), MIGRATIONS);
      await client.query(`ALTER DATABASE ${draft} RENAME TO ${TEMPLATE}`);
    }
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
  });
  const drop = (): Promise<void> =>
    withClient(cluster, async (client) => {
      await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    });
  return { url: databaseOf(cluster, name), drop };
}

/** An empty database, without migrations. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const cluster = requiredSetting("TEST_DATABASE_URL");
  const name = `kvsync_${randomUUID().replaceAll("-", "")}`;
  await withClient(cluster, async (client) => {
    await client.query(`CREATE DATABASE ${name}`);
  });
  const drop = (): Promise<void> =>
    withClient(cluster, async (client) => {
      await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    });
  return { url: databaseOf(cluster, name), drop };
}

function databaseOf(cluster: string, name: string): string {
  const url = new URL(cluster);
  url.pathname = `/${name}`;
  return url.href;
}

async function withClient(url: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
