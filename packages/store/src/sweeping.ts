import type { Queryable } from "./database.ts";
import { RUNNING_STATES } from "./leases.ts";

/**
 * The syncs that want more than was done, or whose retry is due, and that nobody is running. This is what makes a lost
 * ring harmless.
 */
export async function findDueSyncs(database: Queryable, limit: number): Promise<string[]> {
  const rows = await database.$queryRaw<Array<{ id: string }>>`
    SELECT "id" FROM "Sync"
    WHERE "state" = ANY(${RUNNING_STATES}) AND "environmentId" IS NOT NULL
      AND ("leaseExpiresAt" IS NULL OR "leaseExpiresAt" <= now())
      AND ((("wantedGeneration" > "doneGeneration" OR "wantedCheck" > "doneCheck")
            AND ("retryAt" IS NULL OR "retryAt" <= now()))
        OR "retryAt" <= now())
    ORDER BY "updatedAt" LIMIT ${limit}`;
  return rows.map((row) => row.id);
}

/** A sync whose scheduled time has come. */
export type ScheduledSync = Readonly<{
  id: string;
  schedule: string;
  timeZone: string;
  nextScheduledAt: Date;
}>;

export async function findScheduledSyncs(database: Queryable, limit: number): Promise<ScheduledSync[]> {
  return database.$queryRaw<ScheduledSync[]>`
    SELECT "id", "schedule", "timeZone", "nextScheduledAt" FROM "Sync"
    WHERE "state" IN ('active', 'failing') AND "schedule" IS NOT NULL AND "nextScheduledAt" <= now()
    ORDER BY "nextScheduledAt" LIMIT ${limit}`;
}

/**
 * Asks for the scheduled checks and sets their next times. Of two sweepers that found the same sync the first asks.
 *
 * @returns the ids of the syncs for which this call asked
 */
export async function beginScheduledChecks(
  database: Queryable,
  due: ReadonlyArray<Readonly<{ sync: Pick<ScheduledSync, "id" | "nextScheduledAt">; next: Date }>>,
): Promise<string[]> {
  const list = due.map(({ sync, next }) => ({ id: sync.id, due: sync.nextScheduledAt, next }));
  const rows = await database.$queryRaw<Array<{ id: string }>>`
    UPDATE "Sync" s SET "wantedCheck" = "wantedCheck" + 1, "checkTrigger" = 'schedule', "nextScheduledAt" = d."next"
    FROM jsonb_to_recordset(${JSON.stringify(list)}::jsonb) AS d("id" uuid, "due" timestamptz, "next" timestamptz)
    WHERE s."id" = d."id" AND s."nextScheduledAt" = d."due"
    RETURNING s."id"`;
  return rows.map((row) => row.id);
}

/** Validations that are due and that nobody works on. */
export async function findDueValidations(
  database: Queryable,
  limit: number,
): Promise<Array<{ id: string; syncId: string }>> {
  return database.$queryRaw<Array<{ id: string; syncId: string }>>`
    SELECT "id", "syncId" FROM "Validation"
    WHERE "endedAt" IS NULL AND ("claimedUntil" IS NULL OR "claimedUntil" <= now())
      AND ("nextAttemptAt" IS NULL OR "nextAttemptAt" <= now() - interval '2 seconds')
    ORDER BY "createdAt" LIMIT ${limit}`;
}
