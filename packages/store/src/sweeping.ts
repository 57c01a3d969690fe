import type { Queryable } from "./database.ts";

/**
 * The syncs that want more than was done, or whose retry is due, and that nobody is running. This is what makes a lost
 * ring harmless.
 */
export async function findDueSyncs(database: Queryable, limit: number): Promise<string[]> {
  const rows = await database.$queryRaw<Array<{ id: string }>>`
    SELECT "id" FROM "Sync"
    WHERE "state" IN ('active', 'failing') AND "environmentId" IS NOT NULL
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
 * Asks for a scheduled check and sets the next time, once: false when another sweeper was faster.
 */
export async function beginScheduledCheck(
  database: Queryable,
  sync: Pick<ScheduledSync, "id" | "nextScheduledAt">,
  next: Date,
): Promise<boolean> {
  const count = await database.$executeRaw`
    UPDATE "Sync" SET "wantedCheck" = "wantedCheck" + 1, "checkTrigger" = 'schedule', "nextScheduledAt" = ${next}
    WHERE "id" = ${sync.id}::uuid AND "nextScheduledAt" = ${sync.nextScheduledAt}`;
  return count === 1;
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
