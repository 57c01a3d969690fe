import { ApiError } from "@kvsync/contracts";
import type { Logger } from "@kvsync/runtime";
import type { ErrorRequestHandler, RequestHandler } from "express";

/** What Express and its parsers throw, by their `type`. */
const PARSER_ERRORS: Readonly<Record<string, readonly [number, string, string]>> = {
  "entity.too.large": [413, "BODY_TOO_LARGE", "The request's body is larger than 2 MB"],
  "entity.parse.failed": [400, "BODY_NOT_JSON", "The request's body isn't JSON"],
  "encoding.unsupported": [415, "ENCODING_UNSUPPORTED", "The body's content encoding isn't supported"],
  "charset.unsupported": [415, "CHARSET_UNSUPPORTED", "The body's character set isn't supported"],
  "request.aborted": [400, "REQUEST_ABORTED", "The request was aborted"],
  "request.size.invalid": [400, "BODY_SIZE", "The body's length isn't the one that was announced"],
};

/** The last of all handlers: no route took the request. */
export const notFound: RequestHandler = (_request, _response, next) => {
  next(nothingThere());
};

const nothingThere = (): ApiError => new ApiError(404, "NOT_FOUND", "Nothing is found under this address");

/** Answers errors as `{message, code}`. What isn't foreseen is logged, and answered without any detail. */
export function errorHandler(logger: Logger): ErrorRequestHandler {
  // Express knows a handler of errors by its four parameters.
  return (error: unknown, request, response, _next) => {
    if (response.headersSent) {
      // Too late to answer. Express itself would write the error with its stack past the log.
      logger.warn({ err: error, method: request.method, path: request.path }, "an answer broke off");
      request.socket.destroy();
      return;
    }
    const answer = toApiError(error) ?? unforeseen(error, request.method, request.path);
    const { status, code, message, retryAfterSeconds } = answer;
    if (retryAfterSeconds !== undefined) response.set("retry-after", String(retryAfterSeconds));
    response.status(status).json({ message, code });
  };

  function unforeseen(error: unknown, method: string, path: string): ApiError {
    const down = isConnectionError(error);
    logger.error({ err: error, method, path }, "a request failed");
    return down
      ? new ApiError(503, "UNAVAILABLE", "The database can't be reached. Try again in a moment.")
      : new ApiError(
          500,
          "INTERNAL",
          "Something failed on our side. Try again, and look at control's log if it stays.",
        );
  }
}

function toApiError(error: unknown): ApiError | undefined {
  if (error instanceof ApiError) return error;
  if (error instanceof URIError)
    return new ApiError(400, "PATH_MALFORMED", "The address isn't correctly encoded");
  const type: unknown = error instanceof Error ? Reflect.get(error, "type") : undefined;
  const known = typeof type === "string" ? PARSER_ERRORS[type] : undefined;
  if (known !== undefined) return new ApiError(...known);
  const status: unknown = error instanceof Error ? Reflect.get(error, "status") : undefined;
  // A file that went away after it was looked for.
  if (status === 404) return nothingThere();
  return typeof status === "number" && status >= 400 && status < 500
    ? new ApiError(status, "BAD_REQUEST", "The request can't be read")
    : undefined;
}

/** Of sockets, of Prisma, and of PostgreSQL while it stops or starts, or has no connection left. */
const DOWN = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "P1001",
  "P1002",
  "P1017",
  "P2024",
  "P2037",
  "53300",
  "57P01",
  "57P02",
  "57P03",
]);
/** What Prisma and the driver below it say without a code. */
const DOWN_IN_WORDS =
  /Can't reach database|timeout exceeded when trying to connect|Connection terminated|connection error and is not queryable/i;

/** Of what Prisma's driver throws, the innermost cause is PostgreSQL's own notice, and no error. */
type Link = Readonly<{
  code?: unknown;
  originalCode?: unknown;
  severity?: unknown;
  message?: unknown;
  cause?: unknown;
}>;

function isConnectionError(error: unknown): boolean {
  let link = error as Link | null | undefined;
  for (let depth = 0; typeof link === "object" && link !== null && depth < 6; depth += 1) {
    const { code, originalCode, severity, message } = link;
    if ([code, originalCode].some((one) => typeof one === "string" && DOWN.has(one))) return true;
    // So PostgreSQL calls what ends a connection, or lets none begin.
    if (severity === "FATAL" || severity === "PANIC") return true;
    if (typeof message === "string" && DOWN_IN_WORDS.test(message)) return true;
    link = link.cause as Link | null | undefined;
  }
  return false;
}
