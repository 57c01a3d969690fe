import { ApiError } from "@kvsync/contracts";
import {
  approvePlan,
  findPlan,
  listPlanActions,
  note,
  readSync,
  requestPlan,
  type Database,
  type PlanRow,
} from "@kvsync/store";
import { Router, type Response } from "express";
import { parseBody, parseParams, parseQuery } from "../../http/parse.ts";
import { inLockedSync, ringIfRunning, ringSafely, syncNotFound } from "../locked-change.ts";
import { presentSync } from "../presentation.ts";
import { nothingSchema } from "../schema.ts";
import type { SyncServiceDependencies } from "../service.ts";
import { addressOf, syncOf } from "../sync-of.ts";
import { presentPlan } from "./presentation.ts";
import { planParamsSchema, planQuerySchema, previewSchema } from "./schema.ts";

/** How long (ms) a request waits for the plan that it asked for. */
const WAIT_MS = 25_000;
/** The first and the longest pause between two looks whether the plan is there, in milliseconds. */
const PAUSE_MS = { first: 40, most: 500 };

/** What a run would do, without doing it, and the approval of a plan that waits for it. */
export function planRoutes(dependencies: SyncServiceDependencies): Router {
  const { database, doorbell, logger } = dependencies;
  const router = Router({ caseSensitive: true, mergeParams: true });

  router.get("/:syncId/plan", async (request, response) => {
    const { limit, ...overrides } = parseQuery(previewSchema, request);
    const sync = await syncOf(database, request);
    if (sync.environmentId === null || sync.state === "disconnected")
      throw new ApiError(409, "SYNC_STATE", "This sync isn't set up completely. Link an environment first.");
    const given = Object.entries(overrides).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    );
    const { id } = await requestPlan(database, sync.id, Object.fromEntries(given));
    await ringSafely(logger, () => doorbell.ringPlan(id, sync.id));
    const plan = await waitFor(database, sync.id, id, response);
    if (plan === undefined) {
      const location = `/v1/sync/${sync.id}/plans/${id}`;
      response.status(202).set("location", location).json({ id, state: "queued" });
      return;
    }
    const actions = await listPlanActions(database, id, { limit });
    response.json(presentPlan(plan, actions, limit));
  });

  router.get("/:syncId/plans/:planId", async (request, response) => {
    const { planId } = parseParams(planParamsSchema, request);
    const { limit, cursor, kind } = parseQuery(planQuerySchema, request);
    const sync = await syncOf(database, request);
    const plan = await findPlan(database, sync.id, planId);
    if (plan === null) throw planNotFound();
    const actions = await listPlanActions(database, planId, {
      limit,
      ...(cursor === undefined ? {} : { afterPosition: cursor }),
      ...(kind === undefined ? {} : { kinds: kind }),
    });
    response.json(presentPlan(plan, actions, limit));
  });

  router.post("/:syncId/plans/:planId/approve", async (request, response) => {
    parseBody(nothingSchema, request);
    const { planId } = parseParams(planParamsSchema, request);
    await approve(dependencies, addressOf(request), planId);
    const sync = await readSync(database, addressOf(request).syncId);
    if (sync === null) throw syncNotFound();
    response.status(202).json(presentSync(sync));
  });

  return router;
}

/**
 * Approves the plan that waits: a run applies it.
 *
 * @throws {ApiError} 404, 409 `SYNC_STATE`, 409 `PLAN_NOT_AWAITING`
 */
export async function approve(
  dependencies: SyncServiceDependencies,
  address: Parameters<typeof inLockedSync>[1],
  planId: string,
): Promise<void> {
  const { tokenId } = address;
  const sync = await inLockedSync(dependencies.database, address, "approve", async (transaction, before) => {
    const plan = await findPlan(transaction, before.id, planId);
    if (plan === null) throw planNotFound();
    if (!(await approvePlan(transaction, before.id, planId)))
      throw new ApiError(
        409,
        "PLAN_NOT_AWAITING",
        "This plan doesn't wait for approval: it was approved already, or another one took its place. Look at the sync's newest plan.",
      );
    const { id: syncId, workspaceId } = before;
    const fields = { planId, asks: plan.asks };
    await note(transaction, [{ workspaceId, tokenId, syncId, action: "plan.approved", fields }]);
    return before;
  });
  await ringIfRunning(dependencies, sync, "manual");
}

/** Undefined when the plan isn't there in time, or nobody waits for it any more. */
async function waitFor(
  database: Database,
  syncId: string,
  planId: string,
  response: Response,
): Promise<PlanRow | undefined> {
  const deadline = performance.now() + WAIT_MS;
  for (
    let pause = PAUSE_MS.first;
    performance.now() < deadline;
    pause = Math.min(pause * 1.5, PAUSE_MS.most)
  ) {
    const plan = await findPlan(database, syncId, planId);
    if (plan !== null && plan.state !== "queued") return plan;
    if (response.closed) return undefined;
    await new Promise((resolve) => void setTimeout(resolve, pause));
  }
  return undefined;
}

const planNotFound = (): ApiError => new ApiError(404, "PLAN_NOT_FOUND", "Plan not found");
