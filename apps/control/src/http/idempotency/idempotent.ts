import { createHash } from "node:crypto";
import { ApiError } from "@kvsync/contracts";
import { idempotencyKeySchema } from "@kvsync/contracts/api";
import type { Logger } from "@kvsync/runtime";
import { claimRequest, keepAnswer, releaseRequest, type Database, type RequestKey } from "@kvsync/store";
import type { Request, RequestHandler, Response } from "express";
import { callerOf } from "../../access/principal.ts";

type Dependencies = Readonly<{ database: Database; logger: Logger }>;

/**
 * Makes a POST safe to repeat: with a header `Idempotency-Key` the same request by the same caller is carried out once,
 * and answered the same again for a day, with `Idempotency-Replayed: true`. What failed can be tried again with its key.
 * Only for operations whose answers hold no secret, because they are kept. A process that dies between the deed and the
 * keeping of its answer leaves a key that is free again after a minute. Goes behind what checks the caller's rights, which
 * hold for an answer given again, too.
 *
 * @param operation its id in the catalogue
 * @throws {ApiError} 400 `VALIDATION`, 409 `IDEMPOTENCY_KEY_IN_USE`, 422 `IDEMPOTENCY_KEY_REUSED`
 */
export function idempotent({ database, logger }: Dependencies, operation: string): RequestHandler {
  return async (request, response, next) => {
    const header = request.get("idempotency-key");
    if (header === undefined) {
      next();
      return;
    }
    const { userId, tokenId } = callerOf(request);
    const actorId = userId ?? tokenId;
    if (actorId === null) throw new TypeError("a caller is a person or a token");
    const key = { actorId, operation, key: parseKey(header) };
    const claim = await claimRequest(database, key, digestOf(request));
    switch (claim.kind) {
      case "new":
        keepWhatIsAnswered({ database, logger }, key, response);
        next();
        return;
      case "answered":
        response.status(claim.status).set("idempotency-replayed", "true").json(claim.body);
        return;
      case "in-progress":
        response.set("retry-after", "1");
        throw new ApiError(
          409,
          "IDEMPOTENCY_KEY_IN_USE",
          "A request with this Idempotency-Key is being worked on. Send it again in a moment to get its answer.",
        );
      case "other-request":
        throw new ApiError(
          422,
          "IDEMPOTENCY_KEY_REUSED",
          "This Idempotency-Key was used for another request. Use a new key for a new request.",
        );
    }
  };
}

function parseKey(header: string): string {
  const key = idempotencyKeySchema.safeParse(header);
  if (key.success) return key.data;
  throw new ApiError(400, "VALIDATION", `idempotency-key: ${key.error.issues[0]?.message ?? "is malformed"}`);
}

/** Keeps a success before it is answered, so that whoever misses the answer gets it again; gives a failure's key back. */
function keepWhatIsAnswered({ database, logger }: Dependencies, key: RequestKey, response: Response): void {
  const send = response.json.bind(response);
  let isKept = false;
  response.json = (body: unknown) => {
    const { statusCode: status } = response;
    if (status >= 300) return send(body);
    isKept = true;
    // What was asked for is done, and is answered even if the answer can't be kept.
    void keepAnswer(database, key, { status, body })
      .catch((error: unknown) => logger.warn({ err: error }, "an answer couldn't be kept for its key"))
      .then(() => send(body));
    return response;
  };
  response.once("close", () => {
    if (isKept) return;
    releaseRequest(database, key).catch((error: unknown) => {
      logger.warn({ err: error }, "an Idempotency-Key couldn't be given back; it is free again in a minute");
    });
  });
}

/** What makes it the same request: its address and its body. */
function digestOf(request: Request): Uint8Array<ArrayBuffer> {
  const text = JSON.stringify([request.originalUrl, request.body ?? null]);
  return new Uint8Array(createHash("sha256").update(text).digest());
}
