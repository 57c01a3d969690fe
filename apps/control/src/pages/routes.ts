import { readFileSync } from "node:fs";
import {
  countHeldNames,
  countRecords,
  findGrownSecrets,
  findPlan,
  findSync,
  listRecords,
  listRuns,
  listValidations,
} from "@kvsync/store";
import { Router, type RequestHandler } from "express";
import { idSchema } from "@kvsync/contracts";
import { actorOf, adminIn, isSignedIn } from "../access/principal.ts";
import { refuseOtherMethods } from "../http/methods.ts";
import { signInAddress } from "../access/sessions/sign-in-address.ts";
import { syncNotFound, type SyncAddress } from "../syncs/locked-change.ts";
import { approve } from "../syncs/plans/approve.ts";
import { SyncService, type SyncServiceDependencies } from "../syncs/service.ts";
import { syncPage } from "./sync.ts";

const SHOWN_RECORDS = 500;
const SHOWN_RUNS = 20;
const SHOWN_WARNINGS = 10;
const STYLES = readFileSync(new URL("pages.css", import.meta.url), "utf8");

/** The page of one sync for admins: `/syncs/{id}`. */
export function pageRoutes(dependencies: SyncServiceDependencies): Router {
  const { database } = dependencies;
  const service = new SyncService(dependencies);
  const router = Router();
  const signedIn: RequestHandler = (request, response, next) => {
    if (!isSignedIn(request)) response.redirect(302, signInAddress(request));
    else next();
  };

  router.get("/pages.css", (_request, response) => {
    response.type("css").set("cache-control", "public, max-age=300").send(STYLES);
  });

  router.get("/syncs/:syncId", signedIn, async (request, response) => {
    const { workspaceId, workspaceSlug } = adminIn(request);
    const id = idSchema.safeParse(request.params["syncId"]);
    const sync = id.success ? await findSync(database, workspaceId, id.data) : null;
    if (sync === null) throw syncNotFound();
    const [found, counts, runs, validations, { grown }, left, awaiting] = await Promise.all([
      listRecords(database, { syncId: sync.id }, { limit: SHOWN_RECORDS }),
      countRecords(database, sync.id),
      listRuns(database, sync.id, { limit: SHOWN_RUNS }),
      listValidations(database, sync.id, 1),
      findGrownSecrets(database, sync.id, SHOWN_WARNINGS),
      sync.state === "disconnecting" ? countHeldNames(database, sync.id) : null,
      sync.awaitingPlanId === null ? null : findPlan(database, sync.id, sync.awaitingPlanId),
    ]);
    const [validation] = validations;
    const records = found.map(({ record }) => record);
    const more = { validation, grown, left, awaiting };
    response.type("html").send(syncPage({ workspace: workspaceSlug, sync, records, counts, runs, ...more }));
  });
  const actions = {
    run: (address: SyncAddress) => service.runNow(address),
    pause: (address: SyncAddress) => service.pause(address),
    resume: (address: SyncAddress) => service.resume(address),
  };
  for (const [name, act] of Object.entries(actions))
    router.post(`/syncs/:syncId/${name}`, signedIn, async (request, response) => {
      const principal = adminIn(request);
      const id = idSchema.safeParse(request.params["syncId"]);
      if (!id.success) throw syncNotFound();
      await act({ workspaceId: principal.workspaceId, syncId: id.data, actor: actorOf(principal) });
      response.redirect(303, `/syncs/${id.data}`);
    });
  router.post("/syncs/:syncId/plans/:planId/approve", signedIn, async (request, response) => {
    const principal = adminIn(request);
    const syncId = idSchema.safeParse(request.params["syncId"]);
    const planId = idSchema.safeParse(request.params["planId"]);
    if (!syncId.success || !planId.success) throw syncNotFound();
    await approve(
      dependencies,
      { workspaceId: principal.workspaceId, actor: actorOf(principal), syncId: syncId.data },
      planId.data,
    );
    response.redirect(303, `/syncs/${syncId.data}`);
  });
  return refuseOtherMethods(router);
}
