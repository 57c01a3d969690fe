import type { Database, Queryable } from "./database.ts";
import { Prisma } from "./generated/client.ts";

/** Rows that are fetched and turned at once: so many, that a big answer isn't in memory twice. */
const PAGE = 2_000;
/** How long (ms) one reading of all pages may take. */
const READING_MS = 120_000;

/**
 * Reads all rows of a query that belong together: as they stood at one moment, however many they are. A small answer
 * takes one statement; a big one is read through a cursor, a page at a time, each row slimmed to what is kept of it.
 *
 * @param query without LIMIT, always of the same text; its plan is kept
 */
export async function readAll<Row>(
  database: Database,
  query: Prisma.Sql,
  keep: (row: Row) => Row,
): Promise<Row[]> {
  const first = await database.$statement<Row>(Prisma.sql`${query} LIMIT ${PAGE + 1}`, "kept");
  if (first.length <= PAGE) return first.map(keep);
  return database.$transaction((transaction) => readByCursor(transaction, query, keep), {
    timeout: READING_MS,
  });
}

async function readByCursor<Row>(
  transaction: Queryable,
  query: Prisma.Sql,
  keep: (row: Row) => Row,
): Promise<Row[]> {
  await transaction.$executeRaw`DECLARE reading NO SCROLL CURSOR FOR ${query}`;
  const kept: Row[] = [];
  while (true) {
    const page = await transaction.$queryRaw<Row[]>(
      Prisma.sql`FETCH ${Prisma.raw(String(PAGE))} FROM reading`,
    );
    for (const row of page) kept.push(keep(row));
    if (page.length < PAGE) return kept;
  }
}
