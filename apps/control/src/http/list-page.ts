import type { AskedPage } from "@kvsync/contracts/api";
import type { TimePage } from "@kvsync/store";
import type { Response } from "express";
import { decodeTimeCursor, encodeCursor } from "../syncs/cursor.ts";

/** A page of a list by time. @throws {ApiError} 400 `CURSOR_INVALID` */
export function timePageOf(page: AskedPage | undefined): TimePage | undefined {
  if (page === undefined) return undefined;
  const { limit, cursor } = page;
  return { limit, after: cursor === undefined ? undefined : decodeTimeCursor(cursor) };
}

type Place = Readonly<{ key: string; id: string }>;

/** Tells in a header where a bare array goes on, where it is a page and not the last one. */
export function tellNextPage<Row>(
  response: Response,
  rows: readonly Row[],
  page: AskedPage | undefined,
  placeOf: (row: Row) => Place,
): void {
  const last = page !== undefined && rows.length === page.limit ? rows.at(-1) : undefined;
  if (last !== undefined) response.set("next-cursor", encodeCursor(placeOf(last)));
}

/** A row's place in a list by time. */
export const placeInTime = ({ createdAt, id }: Readonly<{ createdAt: Date; id: string }>): Place => ({
  key: createdAt.toISOString(),
  id,
});
