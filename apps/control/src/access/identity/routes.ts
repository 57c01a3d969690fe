import { ApiError } from "@kvsync/contracts";
import { changeMeSchema } from "@kvsync/contracts/api";
import { findPerson, note, renamePerson, type Database } from "@kvsync/store";
import { Router, type RequestHandler } from "express";
import { refuseOtherMethods } from "../../http/methods.ts";
import { parseBody } from "../../http/parse.ts";
import { callerOf, forbidden } from "../principal.ts";
import { noteOfPerson } from "../sessions/audit.ts";
import { ACCESS_TOKEN_LIFETIME, type AccessTokens } from "../tokens/access-token.ts";

export type IdentityDependencies = Readonly<{
  database: Database;
  accessTokens: AccessTokens;
  /** Limits how often a token is exchanged. */
  limitExchanges: RequestHandler;
}>;

/** `/v1/me` and `/v1/auth/exchange`. */
export function identityRoutes({ database, accessTokens, limitExchanges }: IdentityDependencies): Router {
  const router = Router();
  router.get("/me", (request, response) => {
    const { userId, tokenId, email, name } = callerOf(request);
    response.json({ id: userId ?? tokenId, email, name });
  });

  router.patch("/me", async (request, response) => {
    const { name: wanted } = parseBody(changeMeSchema, request);
    const { userId, permission, name: before } = callerOf(request);
    if (userId === null || permission !== "read-write") throw forbidden();
    const { id, email, name } = await database.$transaction(async (transaction) => {
      const changed = await renamePerson(transaction, userId, wanted);
      const person = await findPerson(transaction, userId);
      if (person !== null) await noteOfPerson(transaction, person, "user.changed", { before, after: wanted });
      return changed;
    });
    response.json({ id, email, name });
  });

  router.post("/auth/exchange", limitExchanges, async (request, response) => {
    const { tokenId, userId, accesses } = callerOf(request);
    if (tokenId === null)
      throw new ApiError(401, "UNAUTHENTICATED", "Only an API token can be exchanged: send one as bearer");
    const entry = {
      actor: { userId, tokenId },
      action: "token.exchanged",
      entity: { id: tokenId },
      fields: { expiresInSeconds: ACCESS_TOKEN_LIFETIME },
    } as const;
    const entries = accesses.map(({ workspaceId }) => ({ ...entry, workspaceId }));
    await database.$pipelined((transaction) => note(transaction, entries));
    const accessToken = await accessTokens.issue(tokenId);
    response.json({ accessToken, expiresIn: ACCESS_TOKEN_LIFETIME, tokenType: "Bearer" });
  });
  return refuseOtherMethods(router);
}
