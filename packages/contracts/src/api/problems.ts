import { z } from "zod";
import type { OperationShape } from "./operation.ts";

/** Error codes by status. */
export type ProblemCodes = Readonly<Record<number, readonly string[]>>;

/** An error as every operation answers it: branch on `code`, and show `message`. */
export const problemSchema = z
  .object({
    message: z.string().meta({ description: "For people: what happened, and what to do." }),
    code: z.string().meta({ description: "For programs. Codes are never renamed." }),
  })
  .meta({
    id: "Problem",
    description: "An error. More codes may be added to an operation; none is ever renamed.",
    example: { message: "Project not found", code: "PROJECT_NOT_FOUND" },
  });

/** What stands before every operation: the reading of the address, and what nobody foresaw. */
const EVERYWHERE: ProblemCodes = { 400: ["VALIDATION", "PATH_MALFORMED"], 500: ["INTERNAL"] };
/** The limit by address, and the database behind it. */
const BELOW_V1: ProblemCodes = { 429: ["RATE_LIMITED"], 503: ["UNAVAILABLE"] };
const SIGNED_IN: ProblemCodes = { 401: ["UNAUTHENTICATED"] };
const ROLE: ProblemCodes = { 403: ["FORBIDDEN"] };
/** A browser's cookie is worth nothing to other sites' requests. */
const CHANGING: ProblemCodes = { 403: ["FOREIGN_ORIGIN"] };
const WITH_BODY: ProblemCodes = {
  400: ["BODY_NOT_JSON", "BODY_SIZE", "REQUEST_ABORTED", "BAD_REQUEST"],
  413: ["BODY_TOO_LARGE"],
  415: ["CONTENT_TYPE", "ENCODING_UNSUPPORTED", "CHARSET_UNSUPPORTED"],
};
const WITH_PARAMETERS: ProblemCodes = { 404: ["NOT_FOUND"] };
const IN_WORKSPACE: ProblemCodes = { 404: ["WORKSPACE_NOT_FOUND"] };

/** All errors of an operation: its own, and those that follow from what it is. */
export function problemsOf(shape: OperationShape): ProblemCodes {
  const { access, method, path, params, problems = {} } = shape;
  const parts: Array<ProblemCodes | false> = [
    problems,
    EVERYWHERE,
    path.startsWith("/v1/") && BELOW_V1,
    access !== "anyone" && SIGNED_IN,
    (access === "admin" || access === "secret-writer") && ROLE,
    method !== "GET" && CHANGING,
    method !== "GET" && WITH_BODY,
    params !== undefined && WITH_PARAMETERS,
    path.includes("{workspace}") && IN_WORKSPACE,
  ];
  const merged: Record<number, string[]> = {};
  for (const part of parts)
    for (const [status, codes] of Object.entries(part || {})) {
      const known = (merged[Number(status)] ??= []);
      known.push(...codes.filter((code) => !known.includes(code)));
    }
  return merged;
}
