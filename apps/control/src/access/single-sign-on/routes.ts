import { randomUUID } from "node:crypto";
import { ApiError } from "@kvsync/contracts";
import { singleSignOnInputSchema, type SingleSignOnBody } from "@kvsync/contracts/api";
import { AddressRefused } from "@kvsync/outbound";
import {
  findSingleSignOn,
  note,
  removeSingleSignOn,
  saveSingleSignOn,
  tokenScopeSchema,
  type Database,
  type SingleSignOnRow,
} from "@kvsync/store";
import { Router, type Request } from "express";
import { refuseOtherMethods } from "../../http/methods.ts";
import { parseBody } from "../../http/parse.ts";
import { requireWorkspace } from "../../workspaces/reach.ts";
import { roleOf } from "../caller.ts";
import { actorOf, requireAdmin, type Principal } from "../principal.ts";
import { requireWithin } from "../scope.ts";
import type { Providers, ProviderSettings } from "./provider.ts";
import { callbackUrl } from "./sign-in-routes.ts";

const PATH = "/workspace/:workspace/single-sign-on";

/** A workspace's provider for single sign-on, for its admins. */
export function singleSignOnSettingRoutes(database: Database, providers: Providers): Router {
  const router = Router();
  const adminOf = (request: Request): Principal => requireAdmin(request, requireWorkspace(request));

  router.get(PATH, async (request, response) => {
    const { workspaceId } = adminOf(request);
    const found = await findSingleSignOn(database, workspaceId);
    if (found === null) throw notFound();
    response.json(present(found, request));
  });

  router.put(PATH, async (request, response) => {
    const principal = adminOf(request);
    const { workspaceId, scopes } = principal;
    const { clientSecret: given, join, ...wish } = parseBody(singleSignOnInputSchema, request);
    if (join !== null) await requireWithin(database, workspaceId, join.scope, scopes);
    const before = await findSingleSignOn(database, workspaceId);
    const id = before?.id ?? randomUUID();
    const clientSecret = await secretOf(before, wish.issuer, given);
    await requireProvider({ ...wish, clientSecret });
    const settings = {
      ...wish,
      domains: [...new Set(wish.domains)],
      clientSecret: clientSecret === null ? null : await providers.seal(id, clientSecret),
      joinRole: join?.role ?? null,
      joinScope: join?.scope ?? null,
    };
    const saved = await database.$transaction(async (transaction) => {
      const row = await saveSingleSignOn(transaction, id, workspaceId, settings);
      const entity = { id: row.id, name: row.name };
      const change = { before: before === null ? null : describe(before), after: describe(row) };
      const actor = actorOf(principal);
      await note(transaction, [{ workspaceId, actor, action: "single-sign-on.changed", entity, ...change }]);
      return row;
    });
    response.json(present(saved, request));
  });

  router.delete(PATH, async (request, response) => {
    const principal = adminOf(request);
    const { workspaceId } = principal;
    await database.$transaction(async (transaction) => {
      const removed = await removeSingleSignOn(transaction, workspaceId);
      if (removed === null) throw notFound();
      const entity = { id: removed.id, name: removed.name };
      const before = describe(removed);
      const actor = actorOf(principal);
      await note(transaction, [{ workspaceId, actor, action: "single-sign-on.removed", entity, before }]);
    });
    response.json({ success: true });
  });

  /** The secret that is given, or the stored one, which goes to no other issuer than the one that it was given for. */
  async function secretOf(
    before: SingleSignOnRow | null,
    issuer: string,
    given: string | null | undefined,
  ): Promise<string | null> {
    if (given !== undefined) return given;
    if (before === null || before.clientSecret === null) return null;
    if (before.issuer !== issuer)
      throw new ApiError(
        400,
        "VALIDATION",
        "clientSecret: must be given again for another issuer, or be null",
      );
    return providers.open(before.id, before.clientSecret);
  }

  async function requireProvider(settings: ProviderSettings): Promise<void> {
    try {
      await providers.discover(settings);
    } catch (error) {
      const refused = [error, error instanceof Error ? error.cause : undefined].find(
        (one) => one instanceof AddressRefused,
      );
      const problem =
        refused instanceof AddressRefused
          ? refused.message
          : "doesn't answer as an OpenID Connect provider: check the address, and that it names itself so";
      throw new ApiError(400, "VALIDATION", `issuer: ${problem}`);
    }
  }

  return refuseOtherMethods(router);
}

const notFound = (): ApiError =>
  new ApiError(404, "SINGLE_SIGN_ON_NOT_FOUND", "Single sign-on isn't set up in this workspace");

function present(row: SingleSignOnRow, request: Request): SingleSignOnBody {
  const { id } = row;
  return { id, ...describe(row), callbackUrl: callbackUrl(request) };
}

function describe(row: SingleSignOnRow): Omit<SingleSignOnBody, "id" | "callbackUrl"> {
  const { name, issuer, clientId, clientSecret, domains, joinRole, joinScope } = row;
  const join =
    joinRole === null ? null : { role: roleOf(joinRole), scope: tokenScopeSchema.parse(joinScope) };
  return { name, issuer, clientId, hasClientSecret: clientSecret !== null, domains, join };
}
