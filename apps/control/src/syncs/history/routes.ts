import { ApiError } from "@kvsync/contracts";
import {
  historyQuerySchema,
  MAX_HISTORY_BUCKETS,
  type HistoryBody,
  type HistoryBucket,
} from "@kvsync/contracts/api";
import { readHistory, type Database, type HistoryRow } from "@kvsync/store";
import { Router } from "express";
import { parseQuery } from "../../http/parse.ts";
import { timestamp } from "../../http/timestamp.ts";
import { syncOf } from "../sync-of.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LENGTH_MS: Readonly<Record<HistoryBucket, number>> = { hour: HOUR_MS, day: DAY_MS, week: 7 * DAY_MS };
const USUAL_MS = 7 * DAY_MS;

/** What a sync's runs did over time. */
export function historyRoutes({ database }: Readonly<{ database: Database }>): Router {
  const router = Router({ caseSensitive: true });
  router.get("/:syncId/history", async (request, response) => {
    const { id } = await syncOf(database, request);
    const query = parseQuery(historyQuerySchema, request);
    const { bucket, timeZone } = query;
    const to = query.to === undefined ? new Date() : new Date(query.to);
    const from = query.from === undefined ? new Date(to.getTime() - USUAL_MS) : new Date(query.from);
    checkRange(from, to, bucket);
    const rows = await readHistory(database, id, { from, to, bucket, timeZone });
    const body: HistoryBody = {
      from: timestamp(from),
      to: timestamp(to),
      bucket,
      timeZone,
      points: rows.map(presentPoint),
    };
    response.json(body);
  });
  return router;
}

/** @throws {ApiError} 400 `RANGE_INVALID` */
function checkRange(from: Date, to: Date, bucket: HistoryBucket): void {
  if (from > to) throw new ApiError(400, "RANGE_INVALID", "from: must not be later than to");
  if (to.getTime() - from.getTime() > MAX_HISTORY_BUCKETS * LENGTH_MS[bucket])
    throw new ApiError(
      400,
      "RANGE_INVALID",
      `bucket: from and to are more than ${MAX_HISTORY_BUCKETS} of it apart; choose a larger one`,
    );
}

function presentPoint(row: HistoryRow): HistoryBody["points"][number] {
  const { created, updated, adopted, recovered, repaired, deleted, failed, blocked, p50Ms, p95Ms } = row;
  return {
    at: timestamp(row.at),
    counts: { created, updated, adopted, recovered, repaired, deleted, failed, blocked },
    runs: {
      running: row.runsRunning,
      succeeded: row.runsSucceeded,
      completed_with_failures: row.runsCompletedWithFailures,
      awaiting_approval: row.runsAwaitingApproval,
      failed: row.runsFailed,
      interrupted: row.runsInterrupted,
    },
    durations: p50Ms === null || p95Ms === null ? null : { p50Ms, p95Ms },
  };
}
