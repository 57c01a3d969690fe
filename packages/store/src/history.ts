import type { Queryable } from "./database.ts";

/** How long one stretch of a history is. */
export type Bucket = "hour" | "day" | "week";

/** What runs did that began in one stretch of time. */
export type HistoryRow = Readonly<{
  at: Date;
  created: number;
  updated: number;
  adopted: number;
  recovered: number;
  repaired: number;
  deleted: number;
  failed: number;
  blocked: number;
  runsRunning: number;
  runsSucceeded: number;
  runsCompletedWithFailures: number;
  runsAwaitingApproval: number;
  runsFailed: number;
  runsInterrupted: number;
  /** Null where no run ended. */
  p50Ms: number | null;
  p95Ms: number | null;
}>;

/**
 * What a sync's runs did, stretch by stretch from the one that `from` lies in to the one that `to` does; those without a
 * run are there too. Days and weeks begin at midnight in the time zone, so that some have 23 or 25 hours.
 */
export async function readHistory(
  database: Queryable,
  syncId: string,
  { from, to, bucket, timeZone }: Readonly<{ from: Date; to: Date; bucket: Bucket; timeZone: string }>,
): Promise<HistoryRow[]> {
  return database.$queryRaw<HistoryRow[]>`
    WITH bucket AS (
      SELECT at FROM generate_series(date_trunc('hour', ${from}::timestamptz, ${timeZone}), ${to}::timestamptz,
        interval '1 hour') AS at WHERE ${bucket} = 'hour'
      UNION ALL
      SELECT local AT TIME ZONE ${timeZone} FROM generate_series(
        date_trunc(${bucket}, ${from}::timestamptz AT TIME ZONE ${timeZone}), ${to}::timestamptz AT TIME ZONE ${timeZone},
        ('1 ' || ${bucket})::interval) AS local WHERE ${bucket} <> 'hour'
    ), run AS (
      SELECT date_trunc(${bucket}, "startedAt", ${timeZone}) AS at, "Run".*,
        extract(epoch FROM "endedAt" - "startedAt") * 1000 AS ms
      FROM "Run" WHERE "syncId" = ${syncId}::uuid AND "startedAt" <= ${to}::timestamptz
        AND "startedAt" >= (SELECT min(at) FROM bucket)
    )
    SELECT bucket.at, COALESCE(sum("created"), 0)::int AS "created", COALESCE(sum("updated"), 0)::int AS "updated",
      COALESCE(sum("adopted"), 0)::int AS "adopted", COALESCE(sum("recovered"), 0)::int AS "recovered",
      COALESCE(sum("repaired"), 0)::int AS "repaired", COALESCE(sum("deleted"), 0)::int AS "deleted",
      COALESCE(sum("failed"), 0)::int AS "failed", COALESCE(sum("blocked"), 0)::int AS "blocked",
      count(*) FILTER (WHERE "state" = 'running')::int AS "runsRunning",
      count(*) FILTER (WHERE "state" = 'succeeded')::int AS "runsSucceeded",
      count(*) FILTER (WHERE "state" = 'completed_with_failures')::int AS "runsCompletedWithFailures",
      count(*) FILTER (WHERE "state" = 'awaiting_approval')::int AS "runsAwaitingApproval",
      count(*) FILTER (WHERE "state" = 'failed')::int AS "runsFailed",
      count(*) FILTER (WHERE "state" = 'interrupted')::int AS "runsInterrupted",
      round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ms))::int AS "p50Ms",
      round(percentile_cont(0.95) WITHIN GROUP (ORDER BY ms))::int AS "p95Ms"
    FROM bucket LEFT JOIN run ON run.at = bucket.at
    GROUP BY bucket.at ORDER BY bucket.at`;
}
