import { isNativeError } from "node:util/types";
import { pino, type DestinationStream, type Logger } from "pino";

export type { Logger } from "pino";

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";

/** Keys whose content is never logged, at the top and one level down. A second line of defence: nobody logs them. */
const SECRET_KEYS = [
  "value",
  "values",
  "secret",
  "token",
  "accessToken",
  "assertion",
  "client_assertion",
  "password",
  "authorization",
  "cookie",
  "plaintext",
  "privateKey",
  "body",
];

/**
 * What of an error reaches the log: its class, code, message and stack, status and request ids, and the same of
 * its causes. Other properties are left out, because SDK errors carry whole requests, with tokens and bodies.
 */
export function describeError(error: unknown, depth = 0): Record<string, unknown> {
  if (!isNativeError(error)) return { type: typeof error };
  const { code, statusCode, requestId, cause } = error as Error & Record<string, unknown>;
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === "string" ? { code } : {}),
    ...(typeof statusCode === "number" ? { statusCode } : {}),
    ...(typeof requestId === "string" ? { requestId } : {}),
    ...(depth === 0 && error.stack !== undefined ? { stack: error.stack } : {}),
    ...(cause !== undefined && depth < 4 ? { cause: describeError(cause, depth + 1) } : {}),
  };
}

/**
 * A JSON-lines logger on standard output. Errors go under the key `err` and pass {@link describeError}.
 *
 * @param name the service's name, for example `worker`
 */
export function createLogger(
  name: string,
  level: LogLevel = "info",
  destination?: DestinationStream,
): Logger {
  const options = {
    name,
    level,
    redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`]), censor: "[redacted]" },
    serializers: { err: (error: unknown) => describeError(error) },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
