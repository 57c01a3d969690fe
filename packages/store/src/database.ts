import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "./generated/client.ts";

/** The open database: Prisma's client over the pg driver. */
export type Database = PrismaClient;

/** The database or a transaction in it. Functions that take this may be part of a larger transaction. */
export type Queryable = Omit<
  Database,
  "$connect" | "$disconnect" | "$on" | "$use" | "$extends" | "$transaction"
>;

/**
 * Opens the database. Connects at the first query.
 *
 * @param url a PostgreSQL connection URL
 * @param poolSize the most connections that this process holds at once
 */
export function openDatabase(url: string, poolSize = 10): Database {
  const adapter = new PrismaPg({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: 5_000,
    // A query that takes this long (ms) is a fault; a run that waits for it would lose its lease.
    statement_timeout: 20_000,
    application_name: "kvsync",
  });
  return new PrismaClient({ adapter, log: [] });
}

/** Whether the database answers. @throws whatever the driver throws when it doesn't */
export async function pingDatabase(database: Queryable): Promise<void> {
  await database.$queryRaw`SELECT 1`;
}

/** Whether an error is PostgreSQL's word for “this exists already”: P2002 of Prisma, or 23505 behind a raw query. */
export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Error && "code" in error)) return false;
  return error.code === "P2002" || (error.code === "P2010" && error.message.includes("23505"));
}
