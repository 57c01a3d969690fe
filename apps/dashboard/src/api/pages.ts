import type { Tagged } from "./client.ts";

/** As many as the API gives at once. */
const LIMIT = 200;

export type AskedPage = Readonly<{ limit: number; cursor?: string }>;

/** The page of a list that begins there; the first one without a cursor. */
export const pageFrom = (cursor: string | null): AskedPage =>
  cursor === null ? { limit: LIMIT } : { limit: LIMIT, cursor };

/** All of a list that is answered a page at a time, for lists of some hundreds. */
export async function allPages<Row>(
  read: (page: AskedPage) => Promise<Tagged<readonly Row[]>>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor: string | null = null; ;) {
    const page: Tagged<readonly Row[]> = await read(pageFrom(cursor));
    rows.push(...page.body);
    cursor = page.nextCursor;
    if (cursor === null) return rows;
  }
}
