import { explainChainProblem, type ChainProblemCode } from "@kvsync/contracts";
import { auditQuerySchema, type AuditStateBody } from "@kvsync/contracts/api";
import { readChainState, type Database } from "@kvsync/store";
import { Router } from "express";
import { requireAdmin } from "../access/principal.ts";
import { refuseOtherMethods } from "../http/methods.ts";
import { parseQuery } from "../http/parse.ts";
import { timestamp } from "../http/timestamp.ts";
import { requireWorkspace } from "../workspaces/reach.ts";
import { auditPage } from "./page.ts";

/** `/v1/workspace/{workspace}/audit`: who did what in a workspace, for its admins. */
export function auditLogRoutes(database: Database): Router {
  const router = Router();

  router.get("/workspace/:workspace/audit", async (request, response) => {
    const { workspaceId } = requireAdmin(request, requireWorkspace(request));
    const { limit, cursor, action, entity, entityId, actor, from, to } = parseQuery(
      auditQuerySchema,
      request,
    );
    const filter = {
      workspaceId,
      ...(action && { action }),
      ...(entity && { entityType: entity }),
      ...(entityId && { entityId }),
      ...(actor && { actorId: actor }),
      ...(from && { from: new Date(from) }),
      ...(to && { to: new Date(to) }),
    };
    response.json(await auditPage(database, filter, { limit, cursor }));
  });

  router.get("/workspace/:workspace/audit/state", async (request, response) => {
    const { workspaceId } = requireAdmin(request, requireWorkspace(request));
    const { head, verification } = await readChainState(database, workspaceId);
    const { problem = null, problemAt = null, brokenSince = null } = verification ?? {};
    const state: AuditStateBody = {
      sequence: head.sequence,
      hash: Buffer.from(head.hash).toString("hex"),
      verifiedAt: timestamp(verification?.verifiedAt ?? null),
      problem:
        problem === null || brokenSince === null
          ? null
          : {
              code: problem,
              sequence: Number(problemAt),
              since: timestamp(brokenSince),
              ...explainChainProblem(problem as ChainProblemCode, Number(problemAt)),
            },
    };
    response.json(state);
  });

  return refuseOtherMethods(router);
}
