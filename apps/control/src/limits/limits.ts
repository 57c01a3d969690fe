import { createHash } from "node:crypto";
import { ApiError } from "@kvsync/contracts";
import type { Request, RequestHandler } from "express";
import { ipKeyGenerator, rateLimit, type Options } from "express-rate-limit";
import type { Redis } from "ioredis";
import { callerOf } from "../access/principal.ts";
import { signInLocked } from "../access/passwords/check.ts";
import { SharedStore } from "./shared-store.ts";

const MINUTE_MS = 60_000;
/** As Enkryptify documents it. */
const EXCHANGES_PER_MINUTE = 10;
const FAILED_SIGN_INS_PER_MINUTE = 10;

/** The limits of the API. */
export type Limits = Readonly<{
  /** Every request: a signed-in browser's by its session, others' by their address. Goes after the session is read. */
  requests: RequestHandler;
  /** `/v1/auth/exchange`, for each token. */
  exchanges: RequestHandler;
  /** Wrong passwords by address, whichever accounts they are for. */
  failedSignIns: RequestHandler;
}>;

export type LimitSettings = Readonly<{
  redis: Redis;
  redisPrefix: string;
  rateLimitPerMinute: number;
}>;

/** Limits that all control processes share, as long as Redis is there. */
export function createLimits({ redis, redisPrefix, rateLimitPerMinute }: LimitSettings): Limits {
  const limit = (name: string, options: Partial<Options>): RequestHandler =>
    rateLimit({
      windowMs: MINUTE_MS,
      store: new SharedStore(redis, `${redisPrefix}:limit:${name}:`),
      standardHeaders: "draft-6",
      legacyHeaders: false,
      handler: (_request, _response, next) => {
        next(new ApiError(429, "RATE_LIMITED", "Rate limit exceeded"));
      },
      ...options,
    });
  return {
    requests: limit("requests", { limit: rateLimitPerMinute, keyGenerator: clientOf }),
    exchanges: limit("exchanges", {
      limit: EXCHANGES_PER_MINUTE,
      keyGenerator: (request) => callerOf(request).tokenId ?? addressOf(request),
    }),
    failedSignIns: limit("failed-sign-ins", {
      limit: FAILED_SIGN_INS_PER_MINUTE,
      standardHeaders: false,
      skipSuccessfulRequests: true,
      requestWasSuccessful: (_request, { statusCode }) => statusCode !== 401,
      keyGenerator: addressOf,
      handler: (_request, _response, next) => {
        next(signInLocked(new Date(Date.now() + MINUTE_MS)));
      },
    }),
  };
}

/** Who a request is counted for. A session's id is a secret, so its hash stands in Redis. */
function clientOf(request: Request): string {
  const { session } = request;
  if (session?.userId === undefined || request.get("authorization") !== undefined) return addressOf(request);
  return `session:${createHash("sha256").update(session.id).digest("base64url")}`;
}

/** A client's address; an IPv6 network counts as one. */
function addressOf({ ip }: Request): string {
  return ipKeyGenerator(ip ?? "");
}
