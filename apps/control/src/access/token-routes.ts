import { ApiError } from "@kvsync/contracts";
import {
  changeMeSchema,
  cliTokenSchema,
  createTokenSchema,
  tokenParamsSchema,
  type tokenLifetimes,
  type TokenBody,
} from "@kvsync/contracts/api";
import {
  createTokenRow,
  findUnknownInScope,
  listTokens,
  note,
  readTokenName,
  renamePerson,
  revokeToken,
  type Database,
  type TokenRow,
  type TokenScope,
} from "@kvsync/store";
import { Router, type Request } from "express";
import { parseBody, parseParams } from "../http/parse.ts";
import { timestamp } from "../http/timestamp.ts";
import { refuseOtherMethods } from "../http/methods.ts";
import { environmentNotFound, findOwnEnvironment, requireWorkspace } from "../workspaces/reach.ts";
import { ACCESS_TOKEN_LIFETIME, type AccessTokens } from "./access-token.ts";
import { actorOf, callerOf, forbidden, reaches, requireAdmin, type Principal } from "./principal.ts";
import { createToken, hashToken, visiblePrefix } from "./token.ts";

const DAY_MS = 86_400_000;
/** Eight hours, as Enkryptify documents it for tokens of its CLI. */
const CLI_LIFETIME_MS = DAY_MS / 3;
const LIFETIMES: Readonly<Record<(typeof tokenLifetimes)[number], number>> = {
  "24h": 1,
  "5d": 5,
  "30d": 30,
  "60d": 60,
  "3m": 91,
  "6m": 182,
};

/** API tokens: `/v1/workspace/{workspace}/tokens`, for admins; a token's plaintext is in the answer to its creation alone. */
export function tokenRoutes(database: Database): Router {
  const router = Router();

  router.get("/workspace/:workspace/tokens", async (request, response) => {
    const { workspaceId, tokenId } = requireAdmin(request, requireWorkspace(request));
    response.json((await listTokens(database, workspaceId)).map((token) => present(token, tokenId)));
  });

  router.post("/workspace/:workspace/tokens", async (request, response) => {
    const principal = requireAdmin(request, requireWorkspace(request));
    const { workspaceId, tokenId } = principal;
    const { expiresIn, ...input } = parseBody(createTokenSchema, request);
    if (input.role === "member" && input.permission !== "read")
      throw new ApiError(400, "VALIDATION", "permission: a member's token can only read");
    const unknown = await findUnknownInScope(database, workspaceId, input.scope);
    if (unknown.length > 0)
      throw new ApiError(400, "VALIDATION", `scope: nothing here has the id ${unknown.join(", ")}`);
    const expiresAt = new Date(Date.now() + LIFETIMES[expiresIn] * DAY_MS);
    const { token, row } = await issue(principal, {
      ...input,
      workspaceId,
      createdById: tokenId,
      expiresAt,
      type: "static",
    });
    const { id, name, prefix, permission, scope } = row;
    response.status(201).json({ id, token, name, prefix, permission, scope, expiresAt });
  });

  router.post("/workspace/:workspace/tokens/cli", async (request, response) => {
    const principal = requireWorkspace(request);
    const { environmentId } = parseBody(cliTokenSchema, request);
    const place = await findOwnEnvironment(database, principal, environmentId);
    if (!reaches(principal.scopes, place)) throw environmentNotFound();
    const { token } = await issue(principal, {
      workspaceId: principal.workspaceId,
      name: "ek sdk",
      permission: "read",
      role: "member",
      scope: { all: false, teams: [], projects: [], environments: [environmentId] },
      type: "cli",
      createdById: principal.tokenId,
      // Never beyond the token that asks: otherwise one that leaked could prolong itself for ever.
      expiresAt: new Date(
        Math.min(Date.now() + CLI_LIFETIME_MS, principal.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY),
      ),
    });
    response.json({ token });
  });

  router.delete("/workspace/:workspace/tokens/:tokenId", async (request, response) => {
    const principal = requireAdmin(request, requireWorkspace(request));
    const { workspaceId } = principal;
    const { tokenId } = parseParams(tokenParamsSchema, request);
    await database.$transaction(async (transaction) => {
      if (!(await revokeToken(transaction, workspaceId, tokenId)))
        throw new ApiError(404, "TOKEN_NOT_FOUND", "Token not found");
      const name = await readTokenName(transaction, tokenId);
      const entity = { id: tokenId, name };
      await note(transaction, [{ workspaceId, actor: actorOf(principal), action: "token.revoked", entity }]);
    });
    response.json({ success: true });
  });

  async function issue(
    principal: Principal,
    token: Omit<Parameters<typeof createTokenRow>[1], "prefix" | "hash">,
  ): Promise<{ token: string; row: TokenRow }> {
    const plaintext = createToken();
    const secret = { prefix: visiblePrefix(plaintext), hash: hashToken(plaintext) };
    const row = await database.$transaction(async (transaction) => {
      const made = await createTokenRow(transaction, { ...token, ...secret });
      const { name, permission, role, scope, type, expiresAt } = token;
      const entry = {
        workspaceId: principal.workspaceId,
        actor: actorOf(principal),
        action: "token.created" as const,
        entity: { id: made.id, name },
        after: { name, permission, role, scope, type, expiresAt: expiresAt?.toISOString() ?? null },
      };
      await note(transaction, [entry]);
      return made;
    });
    return { token: plaintext, row };
  }

  return refuseOtherMethods(router);
}

/** `/v1/me` and `/v1/auth/exchange`. */
export function identityRoutes(database: Database, accessTokens: AccessTokens): Router {
  const router = Router();
  router.get("/me", (request, response) => {
    const { userId, tokenId, email, name } = callerOf(request);
    response.json({ id: userId ?? tokenId, email, name });
  });
  router.patch("/me", async (request, response) => {
    const wish = parseBody(changeMeSchema, request);
    const { userId, permission } = callerOf(request);
    if (userId === null || permission !== "read-write") throw forbidden();
    const { id, email, name } = await renamePerson(database, userId, wish.name);
    response.json({ id, email, name });
  });
  router.post("/auth/exchange", async (request: Request, response) => {
    const { tokenId } = callerOf(request);
    if (tokenId === null)
      throw new ApiError(401, "UNAUTHENTICATED", "Only an API token can be exchanged: send one as bearer");
    const accessToken = await accessTokens.issue(tokenId);
    response.json({ accessToken, expiresIn: ACCESS_TOKEN_LIFETIME, tokenType: "Bearer" });
  });
  return refuseOtherMethods(router);
}

function present(token: TokenRow, ownId: string | null): TokenBody {
  const { id, name, prefix, createdById } = token;
  return {
    id,
    name,
    prefix,
    permission: token.permission as TokenBody["permission"],
    role: token.role as TokenBody["role"],
    scope: token.scope as TokenScope,
    type: token.type as TokenBody["type"],
    isOwner: createdById === ownId || id === ownId,
    createdById,
    createdAt: timestamp(token.createdAt),
    expiresAt: timestamp(token.expiresAt),
    lastUsedAt: timestamp(token.lastUsedAt),
    revokedAt: timestamp(token.revokedAt),
  };
}
