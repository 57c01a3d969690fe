import { ApiError } from "@kvsync/contracts";
import {
  cliTokenSchema,
  createTokenSchema,
  nothingSchema,
  tokenParamsSchema,
  type tokenLifetimes,
  tokensQuerySchema,
} from "@kvsync/contracts/api";
import {
  findToken,
  findLoginToken,
  listTokens,
  note,
  revokeToken,
  tokenScopeSchema,
  type Actor,
  type Database,
  type NewToken,
  type TokenOwner,
  type TokenRow,
} from "@kvsync/store";
import { Router } from "express";
import { placeInTime, tellNextPage, timePageOf } from "../../http/list-page.ts";
import { refuseOtherMethods } from "../../http/methods.ts";
import { parseBody, parseParams, parseQuery } from "../../http/parse.ts";
import { environmentNotFound, findOwnEnvironment, requireWorkspace } from "../../workspaces/reach.ts";
import {
  actorOf,
  callerOf,
  forbidden,
  isAdmin,
  reaches,
  requireChange,
  type Principal,
} from "../principal.ts";
import { requireWithin } from "../scope.ts";
import { mint, noteOfToken, type IssuedToken } from "./issue.ts";
import { presentNewToken, presentToken } from "./presentation.ts";

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

const BASE = "/workspace/:workspace/tokens";

/**
 * API tokens: `/v1/workspace/{workspace}/tokens`. People make and see their own; admins see all, and revoke any. A token's
 * plaintext is in the answer to its creation or rotation alone.
 */
export function tokenRoutes(database: Database): Router {
  const router = Router();

  router.get(BASE, async (request, response) => {
    const principal = requireWorkspace(request);
    const owners = ownersSeenBy(principal);
    const { ended, page } = parseQuery(tokensQuerySchema, request);
    const tokens = await listTokens(database, owners, { ended, page: timePageOf(page) });
    tellNextPage(response, tokens, page, placeInTime);
    response.json(tokens.map((token) => presentToken(token, principal)));
  });

  router.post(BASE, async (request, response) => {
    const principal = requireChange(request, requireWorkspace(request));
    const { workspaceId, userId, tokenId } = principal;
    if (userId === null && !isAdmin(principal)) throw forbidden();
    const { expiresIn, role, ...wish } = parseBody(createTokenSchema, request);
    if (userId !== null && role !== undefined)
      throw new ApiError(
        400,
        "VALIDATION",
        "role: isn't for a person's token, which may what the person may",
      );
    const least = userId === null ? (role ?? "developer") : principal.role;
    if (least === "member" && wish.permission !== "read")
      throw new ApiError(400, "VALIDATION", "permission: a member's token can only read");
    await requireWithin(database, workspaceId, wish.scope, principal.scopes);
    const made = await issue(principal, {
      ...wish,
      workspaceId,
      userId,
      role: userId === null ? least : null,
      type: "static",
      createdById: tokenId,
      expiresAt: soonest(new Date(Date.now() + LIFETIMES[expiresIn] * DAY_MS), ownEnd(principal)),
    });
    response.status(201).json(presentNewToken(made));
  });

  router.post(`${BASE}/cli`, async (request, response) => {
    const principal = requireWorkspace(request);
    const { workspaceId, userId, tokenId } = principal;
    const { environmentId } = parseBody(cliTokenSchema, request);
    const place = await findOwnEnvironment(database, principal, environmentId);
    if (!reaches(principal.scopes, place)) throw environmentNotFound();
    const { token } = await issue(principal, {
      workspaceId,
      userId,
      name: "ek sdk",
      permission: "read",
      role: userId === null ? "member" : null,
      scope: { all: false, teams: [], projects: [], environments: [environmentId] },
      type: "cli",
      createdById: tokenId,
      expiresAt: soonest(new Date(Date.now() + CLI_LIFETIME_MS), ownEnd(principal)),
    });
    response.json({ token });
  });

  router.delete(`${BASE}/:tokenId`, async (request, response) => {
    const principal = requireChange(request, requireWorkspace(request));
    const found = await tokenOf(principal, parseParams(tokenParamsSchema, request).tokenId);
    await database.$transaction(async (transaction) => {
      if (!(await revokeToken(transaction, found.id))) throw tokenNotFound();
      await note(transaction, [noteOfToken(by(principal), "token.revoked", found)]);
    });
    response.json({ success: true });
  });

  router.post(`${BASE}/:tokenId/rotate`, async (request, response) => {
    parseBody(nothingSchema, request);
    const principal = requireChange(request, requireWorkspace(request));
    const found = await tokenOf(principal, parseParams(tokenParamsSchema, request).tokenId);
    // Whoever holds another's token acts as them, so that not even an admin gets one.
    if (found.userId !== principal.userId && found.userId !== null) throw forbidden();
    if (found.type !== "static") throw forbidden();
    const made = await database.$transaction(async (transaction) => {
      if (!(await revokeToken(transaction, found.id))) throw tokenNotFound();
      const next = await mint(transaction, { ...settingsOf(found), expiresAt: nextEnd(found, principal) });
      await note(transaction, [noteOfToken(by(principal), "token.rotated", next.row)]);
      return next;
    });
    response.status(201).json(presentNewToken(made));
  });

  /** A token that isn't revoked: one's own; for an admin any of the workspace. @throws {ApiError} 403, 404 */
  async function tokenOf(principal: Principal, id: string): Promise<TokenRow> {
    for (const owner of ownersSeenBy(principal)) {
      const found = await findToken(database, owner, id);
      if (found !== null) return found;
    }
    throw tokenNotFound();
  }

  async function issue(
    principal: Principal,
    settings: Omit<NewToken, "prefix" | "hash">,
  ): Promise<IssuedToken> {
    return database.$transaction(async (transaction) => {
      const made = await mint(transaction, settings);
      await note(transaction, [noteOfToken(by(principal), "token.created", made.row)]);
      return made;
    });
  }

  return refuseOtherMethods(router);
}

/** Whose tokens somebody sees. @throws {ApiError} 403 for a token without a person that is no admin's */
function ownersSeenBy(principal: Principal): [TokenOwner, ...TokenOwner[]] {
  const { workspaceId, userId } = principal;
  const all = { workspaceId };
  if (userId === null) {
    if (!isAdmin(principal)) throw forbidden();
    return [all];
  }
  const own = { workspaceId, userId };
  return isAdmin(principal) ? [all, own] : [own];
}

/** `/v1/auth/cli/logout`: ends what a sign-in from a command line brought. */
export function logOutRoutes(database: Database): Router {
  const router = Router();
  router.post("/auth/cli/logout", async (request, response) => {
    parseBody(nothingSchema, request);
    const { tokenId, userId, accesses } = callerOf(request);
    const revoked = await database.$transaction(async (transaction) => {
      const token = tokenId === null ? null : await findLoginToken(transaction, tokenId);
      if (token === null || !(await revokeToken(transaction, token.id))) return false;
      const actor = { userId, tokenId };
      const entries = accesses.map(({ workspaceId }) =>
        noteOfToken({ workspaceId, actor }, "token.revoked", token),
      );
      await note(transaction, entries);
      return true;
    });
    response.json({ revoked });
  });
  return refuseOtherMethods(router);
}

const by = (principal: Principal): Readonly<{ workspaceId: string; actor: Actor }> => ({
  workspaceId: principal.workspaceId,
  actor: actorOf(principal),
});

const tokenNotFound = (): ApiError => new ApiError(404, "TOKEN_NOT_FOUND", "Token not found");

/** When the token that asks ends: what it makes never lasts longer, or one that leaked could prolong itself for ever. */
const ownEnd = ({ tokenId, expiresAt }: Principal): Date | null => (tokenId === null ? null : expiresAt);

const soonest = (one: Date, other: Date | null): Date => (other !== null && other < one ? other : one);

/** The end of what a token is rotated into: as long from now as the token was to last; never, where it had no end. */
function nextEnd({ createdAt, expiresAt }: TokenRow, by: Principal): Date | null {
  if (expiresAt === null) return ownEnd(by);
  return soonest(new Date(Date.now() + expiresAt.getTime() - createdAt.getTime()), ownEnd(by));
}

function settingsOf(token: TokenRow): Omit<NewToken, "prefix" | "hash" | "expiresAt"> {
  const { workspaceId, userId, name, createdById } = token;
  return {
    workspaceId,
    userId,
    name,
    createdById,
    permission: token.permission as NewToken["permission"],
    role: token.role as NewToken["role"],
    scope: tokenScopeSchema.parse(token.scope),
    type: "static",
  };
}
