import { execFile } from "node:child_process";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, describe, expect, test } from "@jest/globals";
import { createEmptyDatabase, type TestDatabase } from "@kvsync/testing";
import { openDatabase } from "./database.ts";
import { applyMigrations } from "./migrations.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const MIGRATIONS = join(root, "prisma/migrations");
const run = promisify(execFile);

/** Prisma's own CLI, with the schema engine as WebAssembly. */
async function prisma(url: string, ...args: string[]): Promise<string> {
  const { stdout, stderr } = await run(
    process.execPath,
    [join(root, "node_modules/prisma/build/index.js"), ...args],
    {
      cwd: root,
      env: {
        ...process.env,
        DATABASE_URL: url,
        NODE_OPTIONS: "",
        PRISMA_SCHEMA_ENGINE_BINARY: join(root, "scripts/prisma-schema-engine.mjs"),
      },
    },
  );
  return stdout + stderr;
}

describe("migrations", () => {
  let database: TestDatabase | undefined;
  afterEach(() => database?.drop());

  test("are applied once, and a stock “prisma migrate deploy” finds nothing to do afterwards", async () => {
    database = await createEmptyDatabase();
    const [first, second] = await Promise.all([
      applyMigrations(database.url, MIGRATIONS),
      applyMigrations(database.url, MIGRATIONS),
    ]);
    expect([...first, ...second].length).toBeGreaterThan(0);
    expect(new Set([...first, ...second]).size).toBe(first.length + second.length);
    await expect(applyMigrations(database.url, MIGRATIONS)).resolves.toEqual([]);
    await expect(prisma(database.url, "migrate", "deploy")).resolves.toContain(
      "No pending migrations to apply",
    );
    await expect(
      prisma(
        database.url,
        "migrate",
        "diff",
        "--from-config-datasource",
        "--to-schema",
        "prisma/schema",
        "--exit-code",
      ),
    ).resolves.toContain("No difference detected");
  });

  test("one that fails is undone and named, and what was applied before stays", async () => {
    database = await createEmptyDatabase();
    const directory = await mkdtemp(join(tmpdir(), "migrations-"));
    await writeMigration(directory, "1_good", "CREATE TABLE good (id int);");
    await writeMigration(directory, "2_bad", "CREATE TABLE half (id int); SELECT no_such_function();");
    await expect(applyMigrations(database.url, directory)).rejects.toMatchObject({
      code: "MIGRATION_FAILED",
      fields: { name: "2_bad" },
    });
    const open = openDatabase(database.url, 1);
    const tables = await open.$queryRaw<Array<{ name: string }>>`
      SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`;
    await open.$disconnect();
    expect(tables.map(({ name }) => name)).toEqual(["_prisma_migrations", "good"]);
  });

  test("one that was altered after it was applied is refused", async () => {
    database = await createEmptyDatabase();
    const directory = await mkdtemp(join(tmpdir(), "migrations-"));
    await writeMigration(directory, "1_good", "CREATE TABLE good (id int);");
    await applyMigrations(database.url, directory);
    await writeMigration(directory, "1_good", "CREATE TABLE other (id int);");
    await expect(applyMigrations(database.url, directory)).rejects.toMatchObject({
      code: "MIGRATIONS_DIVERGED",
    });
  });
});

async function writeMigration(directory: string, name: string, sql: string): Promise<void> {
  await mkdir(join(directory, name), { recursive: true });
  await writeFile(join(directory, name, "migration.sql"), sql);
}
