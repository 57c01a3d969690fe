import { nextScheduledTimes, SCHEDULE_SPREAD_MS, scheduleOffset } from "@kvsync/contracts";
import { schedulePreviewQuerySchema, type SchedulePreviewBody } from "@kvsync/contracts/api";
import { readSync, type Database } from "@kvsync/store";
import cronstrue from "cronstrue";
import { Router } from "express";
import { callerOf, requireAdmin, requireAdminSomewhere } from "../access/principal.ts";
import { refuseOtherMethods } from "../http/methods.ts";
import { parseQuery } from "../http/parse.ts";
import { timestamp } from "../http/timestamp.ts";
import { syncNotFound } from "../syncs/locked-change.ts";

const SHOWN_TIMES = 5;

/** `/v1/schedule-preview`: what a schedule means, before it is saved. */
export function scheduleRoutes(database: Database): Router {
  const router = Router({ caseSensitive: true });
  router.get("/schedule-preview", async (request, response) => {
    requireAdminSomewhere(request);
    const { cron, timeZone, syncId } = parseQuery(schedulePreviewQuerySchema, request);
    if (syncId !== undefined) {
      const { accesses, ...caller } = callerOf(request);
      const sync = await readSync(database, syncId);
      const access = accesses.find(({ workspaceId }) => workspaceId === sync?.workspaceId);
      if (access === undefined) throw syncNotFound();
      requireAdmin(request, { ...caller, ...access });
    }
    const offsetMs = syncId === undefined ? null : scheduleOffset(syncId);
    const schedule = { schedule: cron, timeZone };
    const body: SchedulePreviewBody = {
      cron,
      timeZone,
      words: cronstrue.toString(cron, { use24HourTimeFormat: true, verbose: false }),
      times: nextScheduledTimes(schedule, offsetMs ?? 0, new Date(), SHOWN_TIMES).map((time) =>
        timestamp(time),
      ),
      spreadMs: SCHEDULE_SPREAD_MS,
      offsetMs,
    };
    response.json(body);
  });
  return refuseOtherMethods(router);
}
