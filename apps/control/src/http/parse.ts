import { ApiError } from "@kvsync/contracts";
import type { Request } from "express";
import type { z } from "zod";

/** The request's body, checked. @throws {ApiError} 400 `VALIDATION`, naming each wrong field */
export function parseBody<Schema extends z.ZodType>(schema: Schema, request: Request): z.infer<Schema> {
  return check(schema, request.body);
}

/** The request's query, checked. @throws {ApiError} 400 `VALIDATION` */
export function parseQuery<Schema extends z.ZodType>(schema: Schema, request: Request): z.infer<Schema> {
  return check(schema, request.query);
}

/** The path's parameters, checked. One that can't be an id names nothing. @throws {ApiError} 404 `NOT_FOUND` */
export function parseParams<Schema extends z.ZodType>(schema: Schema, request: Request): z.infer<Schema> {
  const result = schema.safeParse(request.params);
  if (!result.success) throw new ApiError(404, "NOT_FOUND", "Nothing is found under this address");
  return result.data;
}

function check<Schema extends z.ZodType>(schema: Schema, given: unknown): z.infer<Schema> {
  if (holdsNul(given)) throw new ApiError(400, "VALIDATION", "The request must not hold NUL characters");
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const problems = result.error.issues.slice(0, 5).map((issue) => {
    const path = issue.path.join(".");
    return path === "" ? issue.message : `${path}: ${issue.message}`;
  });
  throw new ApiError(400, "VALIDATION", problems.join("; "));
}

/** PostgreSQL's text can't hold NUL, and nothing here needs it. */
function holdsNul(given: unknown): boolean {
  if (typeof given === "string") return given.includes("\0");
  if (typeof given !== "object" || given === null) return false;
  return Object.entries(given).some(([key, value]) => key.includes("\0") || holdsNul(value));
}
