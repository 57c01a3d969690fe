import { ApiError } from "@kvsync/contracts";
import { findValidToken, tokenScopeSchema, touchToken, type Database, type ValidToken } from "@kvsync/store";
import type { Request, RequestHandler } from "express";
import type { AccessTokens } from "./access-token.ts";
import { setPrincipal, type Principal } from "./principal.ts";
import { hashToken, isToken } from "./token.ts";

/**
 * Finds out who asks: a bearer `ek_live_…` token, the JWT that one was exchanged for, or a browser's session. The token
 * behind each is looked up anew, so that revoking it acts at once. A request with none of them goes on without a
 * principal; one with a wrong token is refused.
 */
export function authenticate(database: Database, accessTokens: AccessTokens): RequestHandler {
  return async (request, _response, next) => {
    const authorization = request.get("authorization");
    if (authorization !== undefined) {
      const token = await byBearer(authorization);
      setPrincipal(request, toPrincipal(token));
      if (isStale(token.lastUsedAt)) await touchToken(database, token.id);
    } else if (request.session?.tokenId !== undefined) {
      const token = await findValidToken(database, { id: request.session.tokenId });
      if (token !== null) {
        refuseForeignOrigin(request);
        setPrincipal(request, toPrincipal(token));
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

function toPrincipal(token: ValidToken): Principal {
  return {
    tokenId: token.id,
    tokenName: token.name,
    workspaceId: token.workspaceId,
    workspaceSlug: token.workspace.slug,
    permission: token.permission === "read-write" ? "read-write" : "read",
    role: token.role === "admin" || token.role === "developer" ? token.role : "member",
    scope: tokenScopeSchema.parse(token.scope),
    expiresAt: token.expiresAt,
  };
}

/** A use is noted once a minute, so that a busy client doesn't write with each request. */
const isStale = (lastUsedAt: Date | null): boolean =>
  lastUsedAt === null || Date.now() - lastUsedAt.getTime() >= 60_000;

const unauthenticated = (): ApiError => new ApiError(401, "UNAUTHENTICATED", "Invalid or expired token");

function refuse(): never {
  throw unauthenticated();
}
