import { nothingSchema, planParamsSchema, planQuerySchema, previewSchema } from "@kvsync/contracts/api";
import { listPlanActions, findPlan, readSync, requestPlan } from "@kvsync/store";
import { Router } from "express";
import { parseBody, parseParams, parseQuery } from "../../http/parse.ts";
import { nextState, standingOf } from "../lifecycle.ts";
import { ringSafely, syncNotFound } from "../locked-change.ts";
import { ownersOf } from "../owners.ts";
import { presentSync } from "../presentation.ts";
import type { SyncServiceDependencies } from "../service.ts";
import { addressOf, syncOf } from "../sync-of.ts";
import { approve, planNotFound } from "./approve.ts";
import { presentPlan } from "./presentation.ts";
import { literally } from "../literally.ts";
import { waitForPlan } from "./wait.ts";

/** How long (ms) a request waits for the plan that it asked for: less than what lies between gives it. */
const WAIT_MS = 25_000;

/** What a run would do, without doing it, and the approval of a plan that waits for it. */
export function planRoutes(dependencies: SyncServiceDependencies): Router {
  const { database, doorbell, logger, planWaitMs = WAIT_MS } = dependencies;
  const router = Router({ caseSensitive: true });

  router.get("/:syncId/plan", async (request, response) => {
    const { limit, ...overrides } = parseQuery(previewSchema, request);
    const sync = await syncOf(database, request);
    nextState(standingOf(sync), "plan");
    const given = Object.entries(overrides).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    );
    const { id } = await requestPlan(database, sync.id, Object.fromEntries(given));
    await ringSafely(logger, () => doorbell.ringPlan(id, sync.id));
    const plan = await waitForPlan(database, { id, syncId: sync.id }, planWaitMs, () => response.closed);
    if (plan === undefined) {
      const location = `/v1/sync/${sync.id}/plans/${id}`;
      response.status(202).set("location", location).json({ id, state: "queued" });
      return;
    }
    const actions = await listPlanActions(database, id, { limit });
    const ownerOf = await ownersOf(database, sync.workspaceId, actions);
    response.json(presentPlan(plan, actions, limit, ownerOf));
  });

  router.get("/:syncId/plans/:planId", async (request, response) => {
    const { planId } = parseParams(planParamsSchema, request);
    const { limit, cursor, kind, search } = parseQuery(planQuerySchema, request);
    const sync = await syncOf(database, request);
    const plan = await findPlan(database, sync.id, planId);
    if (plan === null) throw planNotFound();
    const actions = await listPlanActions(database, planId, {
      limit,
      ...(cursor === undefined ? {} : { afterPosition: cursor }),
      ...(kind === undefined ? {} : { kinds: kind }),
      ...(search === undefined ? {} : { search: literally(search) }),
    });
    const ownerOf = await ownersOf(database, sync.workspaceId, actions);
    response.json(presentPlan(plan, actions, limit, ownerOf));
  });

  router.post("/:syncId/plans/:planId/approve", async (request, response) => {
    parseBody(nothingSchema, request);
    const { planId } = parseParams(planParamsSchema, request);
    const address = await addressOf(database, request);
    await approve(dependencies, address, planId);
    const sync = await readSync(database, address.syncId);
    if (sync === null) throw syncNotFound();
    response.status(202).json(presentSync(sync));
  });

  return router;
}
