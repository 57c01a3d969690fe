import type { Database, Queryable } from "./database.ts";
import { Prisma } from "./generated/client.ts";

/** Rows that are fetched and turned at once: so many, that a big answer isn't in memory twice. */
const PAGE = 2_000;
/** How long (ms) one reading of all pages may take. */
const READING_MS = 120_000;

/**
 * Reads all rows of a query that belong together: as they stood at one moment, however many they are. A small answer
 * takes one statement; a big one is read through a cursor, a page at a time.
 *
 * @param query without LIMIT, always of the same text; its plan is kept
 * @param take called with each row, in the query's order, whose shape it knows; what it doesn't keep of a row is forgotten
 */
export async function readAll(
  database: Database,
  query: Prisma.Sql,
  take: (row: never) => void,
): Promise<void> {
  const first = await database.$statement<never>(Prisma.sql`${query} LIMIT ${PAGE + 1}`, "kept");
  if (first.length <= PAGE) first.forEach(take);
  else
    await database.$transaction((transaction) => readByCursor(transaction, query, take), {
      timeout: READING_MS,
    });
}

async function readByCursor(
  transaction: Queryable,
  query: Prisma.Sql,
  take: (row: never) => void,
): Promise<void> {
  await transaction.$executeRaw`DECLARE reading NO SCROLL CURSOR FOR ${query}`;
  while (true) {
    const page = await transaction.$queryRaw<never[]>(
      Prisma.sql`FETCH ${Prisma.raw(String(PAGE))} FROM reading`,
    );
    page.forEach(take);
    if (page.length < PAGE) return;
  }
}

/** A page of a list by when its rows were made, the oldest first. */
export type TimePage = Readonly<{
  limit: number;
  /** The last row of the page before. */
  after?: Readonly<{ time: Date; id: string }> | undefined;
}>;

/** The order of such a list and, for a page of it, where that ends. */
export const byCreation = (page: TimePage | undefined) => ({
  orderBy: [{ createdAt: "asc" as const }, { id: "asc" as const }],
  ...(page === undefined ? {} : { take: page.limit }),
});

/** Where a page of such a list begins; all of it without one. */
export const beginOf = (page: TimePage | undefined) => {
  if (page?.after === undefined) return {};
  const { time, id } = page.after;
  return { OR: [{ createdAt: { gt: time } }, { createdAt: time, id: { gt: id } }] };
};
