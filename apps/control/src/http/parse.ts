import { ApiError } from "@kvsync/contracts";
import { inPlainWords } from "@kvsync/runtime";
import type { Request, RequestHandler } from "express";
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

/**
 * Takes `//v1/…` for `/v1/…`: SDKs put an address that ends in a slash before a path that begins with one. Goes before
 * everything that goes by the path, so that what is asked in this way meets the same guards; no other path has two
 * spellings.
 */
export const foldSlashesBeforeApi: RequestHandler = (request, _response, next) => {
  request.url = request.url.replace(/^\/{2,}(?=v1(?:[/?]|$))/i, "/");
  next();
};

/** Refuses an address that holds NUL, so that no route has to. Goes before the routes. */
export const refuseNulInPath: RequestHandler = (request, _response, next) => {
  if (/%00|\0/.test(request.path))
    throw new ApiError(400, "VALIDATION", "The address must not hold NUL characters");
  next();
};

function check<Schema extends z.ZodType>(schema: Schema, given: unknown): z.infer<Schema> {
  const flaw = textFlaw(given);
  if (flaw !== undefined) throw new ApiError(400, "VALIDATION", `The request ${flaw}`);
  const result = schema.safeParse(given, { error: inPlainWords });
  if (result.success) return result.data;
  const problems = result.error.issues.slice(0, 5).map((issue) => {
    const path = issue.path.join(".");
    return shortened(path === "" ? issue.message : `${path}: ${issue.message}`);
  });
  throw new ApiError(400, "VALIDATION", problems.join("; "));
}

/**
 * What keeps a text in the request from being stored as it is: PostgreSQL's text can't hold NUL, and half a surrogate
 * pair has no UTF-8 form, so that it would come back as another character. Goes through the request without recursion,
 * because a request may nest deeper than the stack is.
 */
function textFlaw(given: unknown): string | undefined {
  const open: unknown[] = [given];
  while (open.length > 0) {
    const part = open.pop();
    if (typeof part === "string") {
      if (part.includes("\0")) return "must not hold NUL characters";
      if (!part.isWellFormed()) return "must be well-formed Unicode: it holds half of a surrogate pair";
    } else if (typeof part === "object" && part !== null) {
      for (const [key, value] of Object.entries(part)) open.push(key, value);
    }
  }
}

/** A problem names the field, and a field's name can be as long as the request. */
const shortened = (problem: string): string => (problem.length > 300 ? `${problem.slice(0, 300)}…` : problem);
