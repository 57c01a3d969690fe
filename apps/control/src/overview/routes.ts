import { driftCodes } from "@kvsync/contracts";
import { overviewQuerySchema, type OverviewBody } from "@kvsync/contracts/api";
import {
  countHealths,
  countRecordsOf,
  latestRuns,
  listOverview,
  type OverviewRow,
  type RecordStanding,
  type RunRow,
} from "@kvsync/store";
import { Router } from "express";
import { requireAdmin } from "../access/principal.ts";
import { refuseOtherMethods } from "../http/methods.ts";
import { parseQuery } from "../http/parse.ts";
import { timestamp } from "../http/timestamp.ts";
import { decodeCursor, encodeCursor } from "../syncs/cursor.ts";
import { presentFailure, presentRun } from "../syncs/presentation.ts";
import { requireWorkspace } from "../workspaces/reach.ts";
import { readSystemState, type SystemStateDependencies } from "./system-state.ts";

/** `/v1/workspace/{workspace}/overview`: everything that an operator looks at first. */
export function overviewRoutes(dependencies: SystemStateDependencies): Router {
  const { database } = dependencies;
  const router = Router({ caseSensitive: true });
  router.get("/workspace/:workspace/overview", async (request, response) => {
    const { workspaceId } = requireAdmin(request, requireWorkspace(request));
    const query = parseQuery(overviewQuerySchema, request);
    const { limit, cursor, health, projectId, search } = query;
    const after = cursor === undefined ? undefined : decodeCursor(cursor);
    const filter = { workspaceId, projectId, search };
    const [rows, totals, system] = await Promise.all([
      listOverview(database, { ...filter, healths: health }, { limit, after }),
      countHealths(database, filter),
      after === undefined ? readSystemState(dependencies, workspaceId) : null,
    ]);
    const ids = rows.map(({ id }) => id);
    const [runs, standings] = await Promise.all([
      latestRuns(database, ids),
      countRecordsOf(database, ids, driftCodes),
    ]);
    const last = rows.length === limit ? rows.at(-1) : undefined;
    const body: OverviewBody = {
      syncs: rows.map((row) => present(row, runs.get(row.id), standings.get(row.id))),
      nextCursor: last === undefined ? null : encodeCursor({ key: last.key, id: last.id }),
      totals,
      system,
    };
    response.json(body);
  });
  return refuseOtherMethods(router);
}

type Shown = OverviewBody["syncs"][number];

function present(sync: OverviewRow, run?: RunRow, standing?: RecordStanding): Shown {
  const due = [sync.retryAt, sync.nextScheduledAt].filter((time) => time !== null);
  const runs = sync.state === "active" || sync.state === "failing" || sync.state === "disconnecting";
  const next = runs ? due.toSorted((a, b) => a.getTime() - b.getTime())[0] : undefined;
  return {
    id: sync.id,
    name: sync.name,
    health: sync.health,
    state: sync.state as Shown["state"],
    project: { id: sync.projectId, name: sync.projectName, slug: sync.projectSlug },
    environment:
      sync.environmentId === null ? null : { id: sync.environmentId, name: sync.environmentName ?? "" },
    vaultUrl: sync.vaultUrl,
    failure: presentFailure(sync.failureCode, sync.failureFields),
    failingSince: timestamp(sync.failingSince),
    awaitsApproval: sync.awaitingPlanId !== null,
    lastRun: run === undefined ? null : presentRun(run),
    nextRunAt: timestamp(next ?? null),
    records: standing?.records ?? { pending: 0, synced: 0, failed: 0, blocked: 0, removing: 0 },
    drifted: standing?.drifted ?? 0,
  };
}
