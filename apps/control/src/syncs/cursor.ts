import { ApiError } from "@kvsync/contracts";
import { z } from "zod";

/** A place in a list, as the opaque text that the API hands out and takes back. */
export function encodeCursor(place: Readonly<{ key: string; id: string }>): string {
  return Buffer.from(JSON.stringify([place.key, place.id])).toString("base64url");
}

const placeSchema = z.tuple([z.string().max(300), z.uuid()]);

/** @throws {ApiError} 400 `CURSOR_INVALID` for a text that isn't from {@link encodeCursor} */
export function decodeCursor(cursor: string): { key: string; id: string } {
  let decoded: unknown;
  try {
    decoded = JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    throw cursorInvalid();
  }
  const place = placeSchema.safeParse(decoded);
  if (!place.success || place.data[0].includes("\0")) throw cursorInvalid();
  return { key: place.data[0], id: place.data[1] };
}

/** The same for a list by time. @throws {ApiError} 400 `CURSOR_INVALID` */
export function decodeTimeCursor(cursor: string): { time: Date; id: string } {
  const { key, id } = decodeCursor(cursor);
  // Not each time of JavaScript's is one of PostgreSQL's.
  if (!timeSchema.safeParse(key).success) throw cursorInvalid();
  return { time: new Date(key), id };
}

const timeSchema = z.iso.datetime().refine((text) => Date.parse(text) >= 0);

export const cursorInvalid = (): ApiError =>
  new ApiError(400, "CURSOR_INVALID", "cursor: must be the nextCursor of the page before");
