import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { KvsyncError } from "@kvsync/contracts";
import { Client } from "pg";

/** The advisory lock that `prisma migrate` takes, so that the two never run at once. Source: Prisma's schema engine. */
const PRISMA_MIGRATE_LOCK = 72_707_369;

const HISTORY_TABLE = `
CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

type Migration = Readonly<{ name: string; sql: string; checksum: string }>;
type Applied = Readonly<{ migration_name: string; checksum: string; finished_at: Date | null }>;

/** Thrown when the database's migration history and the migrations at hand don't fit. Code `MIGRATIONS_DIVERGED`. */
export class MigrationError extends KvsyncError {
  override readonly name = "MigrationError";
}

/**
 * Applies the migrations that the database lacks, each in a transaction, and keeps the history as `prisma migrate
 * deploy` does, which afterwards finds nothing to do. It needs no native engine, so it works where Prisma's can't be
 * downloaded, and the production image needs no Prisma CLI. Several processes may call it at once: one applies, the
 * others wait and find nothing to do.
 *
 * @param directory the folder with Prisma's migrations, one folder each with a `migration.sql`
 * @returns the names of the migrations applied now
 * @throws {MigrationError} when an applied migration is missing here, was altered, or failed half-way under Prisma
 */
export async function applyMigrations(url: string, directory: string): Promise<string[]> {
  const migrations = await readMigrations(directory);
  const client = new Client({ connectionString: url, application_name: "kvsync migrate" });
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [PRISMA_MIGRATE_LOCK]);
    await client.query(HISTORY_TABLE);
    const history = await client.query<Applied>(
      "SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL",
    );
    const due = pendingMigrations(migrations, history.rows);
    for (const migration of due) await applyOne(client, migration);
    return due.map((migration) => migration.name);
  } finally {
    await client.end();
  }
}

async function readMigrations(directory: string): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.toSorted().map(async (name) => {
      const sql = await readFile(join(directory, name, "migration.sql"), "utf8");
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}

/** The migrations that are still to be applied, in order. @throws {MigrationError} */
export function pendingMigrations(
  migrations: readonly Migration[],
  applied: readonly Applied[],
): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { migration_name: name, checksum, finished_at } of applied) {
    const problem =
      finished_at === null
        ? "was begun and not finished"
        : known.get(name) === undefined
          ? "was applied, but isn't part of this version"
          : known.get(name)?.checksum !== checksum
            ? "was applied in another form"
            : undefined;
    if (problem !== undefined)
      throw new MigrationError("MIGRATIONS_DIVERGED", `The database's migration ${name} ${problem}.`, {
        name,
      });
  }
  const done = new Set(applied.map((row) => row.migration_name));
  return migrations.filter((migration) => !done.has(migration.name));
}

async function applyOne(client: Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query("BEGIN");
  try {
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query("COMMIT");
  } catch (cause) {
    await client.query("ROLLBACK");
    throw new MigrationError(
      "MIGRATION_FAILED",
      `The migration ${name} failed and was undone.`,
      { name },
      { cause },
    );
  }
}
