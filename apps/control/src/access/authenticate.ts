import { ApiError } from "@kvsync/contracts";
import {
  findPerson,
  findValidToken,
  isBound,
  touchToken,
  type Database,
  type ValidToken,
} from "@kvsync/store";
import type { Request, RequestHandler } from "express";
import type { AccessTokens } from "./tokens/access-token.ts";
import { callerByPerson, callerByToken } from "./caller.ts";
import { setCaller, type Caller } from "./principal.ts";
import { hashToken, isToken } from "./tokens/token.ts";

/** However much it is used, a session needs a new sign-in after a week. */
const LONGEST_SESSION_MS = 7 * 86_400_000;

/**
 * Finds out who asks: a bearer `ek_live_…` token, the JWT that one was exchanged for, or a browser's session. The token or
 * the person behind each is looked up anew, so that revoking and changes of roles act at once. A request with none of them
 * goes on without a caller; one with a wrong token is refused.
 */
export function authenticate(database: Database, accessTokens: AccessTokens): RequestHandler {
  return async (request, _response, next) => {
    const authorization = request.get("authorization");
    if (authorization !== undefined) {
      const token = await byBearer(authorization);
      setCaller(request, callerByToken(token));
      if (isStale(token.lastUsedAt)) await touchToken(database, token.id);
    } else {
      const caller = await bySession(request);
      if (caller !== null) {
        refuseForeignOrigin(request);
        setCaller(request, caller);
      }
    }
    next();
  };

  async function byBearer(authorization: string): Promise<ValidToken> {
    const [, bearer] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
    if (bearer === undefined) throw unauthenticated();
    if (isToken(bearer)) return (await findValidToken(database, { hash: hashToken(bearer) })) ?? refuse();
    const tokenId = await accessTokens.verify(bearer);
    return (tokenId === null ? null : await findValidToken(database, { id: tokenId })) ?? refuse();
  }

  async function bySession({ session }: Request): Promise<Caller | null> {
    if (session?.userId === undefined) return null;
    const { userId, signedInAt = 0, through } = session;
    if (Date.now() - signedInAt > LONGEST_SESSION_MS) return null;
    const person = await findPerson(database, userId);
    // Who changes a password ends the sessions that somebody else may have begun with the old one.
    const isOutdated = (person?.passwordChangedAt?.getTime() ?? 0) > signedInAt;
    if (person === null || isOutdated) return null;
    // An organisation that ends its single sign-on ends the sessions that began through it.
    if (through !== undefined && !(await isBound(database, through.singleSignOnId, userId))) return null;
    const expiresAt = session.cookie.expires ?? null;
    return callerByPerson(person, session.method ?? "password", expiresAt, through?.workspaceId);
  }
}

/**
 * A browser sends its cookie along with other sites' requests too. Browsers tell where a request comes from; what isn't
 * from this site may not change anything.
 */
export function refuseForeignOrigin(request: Request): void {
  if (request.method === "GET" || request.method === "HEAD") return;
  const site = request.get("sec-fetch-site");
  const origin = request.get("origin");
  const own = origin !== undefined && URL.parse(origin)?.host === request.get("host");
  if (site === "same-origin" || (site === undefined && own)) return;
  throw new ApiError(403, "FOREIGN_ORIGIN", "This request comes from another site");
}

/** A use is noted once a minute, so that a busy client doesn't write with each request. */
const isStale = (lastUsedAt: Date | null): boolean =>
  lastUsedAt === null || Date.now() - lastUsedAt.getTime() >= 60_000;

const unauthenticated = (): ApiError => new ApiError(401, "UNAUTHENTICATED", "Invalid or expired token");

function refuse(): never {
  throw unauthenticated();
}
