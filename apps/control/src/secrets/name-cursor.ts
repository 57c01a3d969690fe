import { decodeCursor, encodeCursor } from "../syncs/cursor.ts";

/** Where a list by name goes on. @throws {ApiError} 400 `CURSOR_INVALID` */
export function nameOfCursor(cursor: string | undefined): string | undefined {
  return cursor === undefined ? undefined : decodeCursor(cursor).key;
}

/** The cursor of the page after this one, or null after the last. */
export function nextCursor(
  page: ReadonlyArray<Readonly<{ id: string; name: string }>>,
  limit: number,
): string | null {
  const last = page.length === limit ? page.at(-1) : undefined;
  return last === undefined ? null : encodeCursor({ key: last.name, id: last.id });
}
