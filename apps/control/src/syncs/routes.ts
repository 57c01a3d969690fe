import { ApiError } from "@kvsync/contracts";
import {
  connectSchema,
  linkSchema,
  listQuerySchema,
  nothingSchema,
  runParamsSchema,
  runsQuerySchema,
  settingsSchema,
  startSchema,
  validationParamsSchema,
  type SetupGuideBody,
  type PlanQuestion,
  type SyncDetailBody,
} from "@kvsync/contracts/api";
import {
  countHeldNames,
  findGrownSecrets,
  findPlan,
  countRecords,
  findEnvironment,
  findProject,
  findRun,
  findValidation,
  latestRuns,
  listRuns,
  listSyncs,
  listValidations,
  type SyncRow,
} from "@kvsync/store";
import { Router, type RequestHandler } from "express";
import { actorOf, adminIn, requireAdminSomewhere } from "../access/principal.ts";
import { idempotent } from "../http/idempotency/idempotent.ts";
import { placeInTime, tellNextPage, timePageOf } from "../http/list-page.ts";
import { refuseOtherMethods } from "../http/methods.ts";
import { parseBody, parseParams, parseQuery } from "../http/parse.ts";
import { localAzureRoutes } from "../local-azure/routes.ts";
import type { LocalAzureSettings } from "../local-azure/settings.ts";
import { decodeTimeCursor, encodeCursor } from "./cursor.ts";
import { presentGrowth, presentRun, presentSync, presentValidation } from "./presentation.ts";
import type { SyncAddress } from "./locked-change.ts";
import { SyncService, type SyncServiceDependencies } from "./service.ts";
import { adoptionRoutes } from "./adoption/routes.ts";
import { auditRoutes } from "./audit/routes.ts";
import { disconnectingRoutes } from "./disconnecting/routes.ts";
import { historyRoutes } from "./history/routes.ts";
import { liveRoutes, type LiveDependencies } from "./live/routes.ts";
import { nameRoutes } from "./names/routes.ts";
import { presentCounts } from "./plans/presentation.ts";
import { planRoutes } from "./plans/routes.ts";
import { recordRoutes } from "./records/routes.ts";
import { addressOf, syncOf } from "./sync-of.ts";
import { setupGuide } from "./setup-guide.ts";
import { sourceRoutes } from "./source/routes.ts";

export type SyncRoutesDependencies = SyncServiceDependencies &
  LiveDependencies &
  Readonly<{ issuer: string; localAzure?: LocalAzureSettings | undefined }>;

/** How many warnings a sync shows, the worst first. */
const WARNINGS = 50;
/** How many validations the list of a sync shows. */
const VALIDATIONS = 20;

/** `/v1/sync`: all of it is for admins. */
export function syncRoutes(dependencies: SyncRoutesDependencies): Router {
  const { database, issuer, cloud, localAzure, logger } = dependencies;
  const service = new SyncService(dependencies);
  const router = Router({ caseSensitive: true });

  async function projectOf(workspaceId: string, reference: string): Promise<{ id: string }> {
    const project = await findProject(database, workspaceId, reference);
    if (project === null) throw new ApiError(404, "PROJECT_NOT_FOUND", "Project not found");
    return project;
  }

  const guideOf = (sync: SyncRow): SetupGuideBody => ({
    syncConfigId: sync.id,
    ...setupGuide(sync.id, issuer, cloud.audience, sync),
    cloud: { name: cloud.name, vaultSuffix: cloud.vaultSuffix },
    localAzure: localAzure !== undefined,
  });

  // Who watches a sync hears of what is done to it.
  router.use("/:syncId", ({ method, params }, response, next) => {
    if (method !== "GET" && method !== "HEAD")
      response.on("finish", () => {
        if (response.statusCode < 300) dependencies.doorbell.news.tell(params.syncId);
      });
    next();
  });

  const mayStart: RequestHandler = (request, _response, next) => {
    requireAdminSomewhere(request);
    adminIn(request, parseBody(startSchema, request).workspace);
    next();
  };
  router.post(
    "/azure-key-vault/start",
    mayStart,
    idempotent(dependencies, "startSync"),
    async (request, response) => {
      requireAdminSomewhere(request);
      const { project, name, workspace } = parseBody(startSchema, request);
      const principal = adminIn(request, workspace);
      const { workspaceId } = principal;
      const { id: projectId } = await projectOf(workspaceId, project);
      const sync = await service.start(actorOf(principal), { workspaceId, projectId, name });
      response.status(201).json({ ...guideOf(sync), sync: presentSync(sync) });
    },
  );

  router.get("/", async (request, response) => {
    requireAdminSomewhere(request);
    const { workspace, project, environmentId, page } = parseQuery(listQuerySchema, request);
    const { workspaceId } = adminIn(request, workspace);
    const projectId = project === undefined ? undefined : (await projectOf(workspaceId, project)).id;
    const filter = {
      workspaceId,
      ...(projectId === undefined ? {} : { projectId }),
      ...(environmentId === undefined ? {} : { environmentId }),
    };
    const syncs = await listSyncs(database, filter, timePageOf(page));
    tellNextPage(response, syncs, page, placeInTime);
    const runs = await latestRuns(
      database,
      syncs.map((sync) => sync.id),
    );
    response.json(syncs.map((sync) => presentSync(sync, { lastRun: runs.get(sync.id) })));
  });

  router.get("/:syncId", async (request, response) => {
    const sync = await syncOf(database, request);
    const [runs, records, validations, { grown, count }, held, awaiting] = await Promise.all([
      latestRuns(database, [sync.id]),
      countRecords(database, sync.id),
      listValidations(database, sync.id, 1),
      findGrownSecrets(database, sync.id, WARNINGS),
      sync.state === "disconnecting" ? countHeldNames(database, sync.id) : 0,
      sync.awaitingPlanId === null ? null : findPlan(database, sync.id, sync.awaitingPlanId),
    ]);
    const detail: SyncDetailBody = {
      ...presentSync(sync, { lastRun: runs.get(sync.id), records, latestValidation: validations[0] }),
      awaiting: awaiting && {
        planId: awaiting.id,
        asks: awaiting.asks as PlanQuestion | null,
        counts: presentCounts(awaiting),
      },
      disconnecting: sync.state === "disconnecting" ? { left: held } : null,
      warnings: grown.map(presentGrowth),
      /** How many warnings there are, of which the worst are shown. */
      warningCount: count,
    };
    response.json(detail);
  });

  router.get("/:syncId/setup", async (request, response) => {
    response.json(guideOf(await syncOf(database, request)));
  });

  router.patch("/:syncId", async (request, response) => {
    const input = parseBody(settingsSchema, request);
    response.json(presentSync(await service.configure(await addressOf(database, request), input)));
  });

  router.post("/:syncId/connect", async (request, response) => {
    const input = parseBody(connectSchema, request);
    response.json(presentSync(await service.connect(await addressOf(database, request), input)));
  });

  router.post("/:syncId/link", async (request, response) => {
    const input = parseBody(linkSchema, request);
    const { projectId } = await syncOf(database, request);
    if ((await findEnvironment(database, projectId, input.environmentId)) === null)
      throw new ApiError(404, "ENVIRONMENT_NOT_FOUND", "Environment not found");
    const { sync, validation } = await service.link(await addressOf(database, request), input);
    response.status(202).json({ ...presentSync(sync), validation: presentValidation(validation) });
  });

  router.post("/:syncId/validate", async (request, response) => {
    parseBody(nothingSchema, request);
    const before = await syncOf(database, request);
    const environmentId =
      before.environmentId ?? (await listValidations(database, before.id, 1))[0]?.environmentId;
    if (environmentId === undefined)
      throw new ApiError(
        409,
        "SYNC_STATE",
        "This sync has no environment yet. Link one, which validates it.",
      );
    const { sync, validation } = await service.validate(await addressOf(database, request), environmentId);
    response.status(202).json({ ...presentSync(sync), validation: presentValidation(validation) });
  });

  const mayChange: RequestHandler = async (request, _response, next) => {
    parseBody(nothingSchema, request);
    await addressOf(database, request);
    next();
  };
  router.post("/:syncId/run", mayChange, idempotent(dependencies, "runSync"), async (request, response) => {
    const sync = await service.runNow(await addressOf(database, request));
    response.status(202).json(presentSync(sync));
  });

  const actions = {
    pause: (address: SyncAddress) => service.pause(address),
    resume: (address: SyncAddress) => service.resume(address),
  };
  for (const [name, act] of Object.entries(actions))
    router.post(`/:syncId/${name}`, async (request, response) => {
      parseBody(nothingSchema, request);
      const sync = await act(await addressOf(database, request));
      response.json(presentSync(sync));
    });

  router.use(refuseOtherMethods(planRoutes(dependencies)));
  router.use(refuseOtherMethods(disconnectingRoutes(dependencies)));
  router.use(refuseOtherMethods(adoptionRoutes(dependencies)));
  router.use(refuseOtherMethods(nameRoutes(dependencies)));
  router.use(refuseOtherMethods(auditRoutes(dependencies)));
  router.use(refuseOtherMethods(sourceRoutes(dependencies)));
  const local = { database, issuer, audience: cloud.audience, logger, localAzure };
  router.use(refuseOtherMethods(localAzureRoutes(local)));
  router.use(refuseOtherMethods(recordRoutes(dependencies)));
  router.use(refuseOtherMethods(historyRoutes(dependencies)));
  router.use(refuseOtherMethods(liveRoutes(dependencies)));

  router.get("/:syncId/runs", async (request, response) => {
    const { id } = await syncOf(database, request);
    const { limit, cursor } = parseQuery(runsQuerySchema, request);
    const place = cursor === undefined ? undefined : decodeTimeCursor(cursor);
    const before = place === undefined ? undefined : { startedAt: place.time, id: place.id };
    const runs = await listRuns(database, id, { limit, ...(before === undefined ? {} : { before }) });
    const last = runs.length === limit ? runs.at(-1) : undefined;
    response.json({
      runs: runs.map(presentRun),
      nextCursor: last ? encodeCursor({ key: last.startedAt.toISOString(), id: last.id }) : null,
    });
  });

  router.get("/:syncId/runs/:runId", async (request, response) => {
    const { runId } = parseParams(runParamsSchema, request);
    const sync = await syncOf(database, request);
    const run = await findRun(database, sync.id, runId);
    if (run === null) throw new ApiError(404, "RUN_NOT_FOUND", "Run not found");
    response.json(presentRun(run));
  });

  router.get("/:syncId/validations", async (request, response) => {
    const { id } = await syncOf(database, request);
    response.json((await listValidations(database, id, VALIDATIONS)).map(presentValidation));
  });

  router.get("/:syncId/validations/:validationId", async (request, response) => {
    const { validationId } = parseParams(validationParamsSchema, request);
    const sync = await syncOf(database, request);
    const validation = await findValidation(database, sync.id, validationId);
    if (validation === null) throw new ApiError(404, "VALIDATION_NOT_FOUND", "Validation not found");
    response.json(presentValidation(validation));
  });

  return router;
}
