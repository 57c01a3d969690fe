import type { Database } from "../database.ts";
import { Prisma } from "../generated/client.ts";
import { note, systemActor, type AuditNote } from "./note.ts";

/** How many runs one transaction notes at most. */
const BATCH = 500;

type DueRun = Readonly<{
  id: string;
  trigger: string;
  state: string;
  failureCode: string | null;
  worker: string | null;
  startedAt: Date;
  endedAt: Date | null;
  valuesRead: number;
  created: number;
  updated: number;
  adopted: number;
  recovered: number;
  repaired: number;
  deleted: number;
  blocked: number;
  failed: number;
  syncId: string;
  syncName: string;
  workspaceId: string;
  projectId: string;
  environmentId: string | null;
}>;

/**
 * Notes what workers did: an entry for each run that is over and read values, or set out to change a vault. Such a run
 * is marked before it does either ({@link claimNames}), and the mark is taken away in the transaction that adds the
 * entry: each is noted once, whoever comes first, also when the worker that ran it is gone.
 *
 * @returns how many were noted; others may be left when they were {@link BATCH} many
 */
export async function noteRuns(database: Database): Promise<number> {
  return database.$pipelined(async (transaction) => {
    // A run without its lease is over, whether or not somebody marked it so: nothing more of it is taken.
    const runs = await transaction.$statement<DueRun>(
      Prisma.sql`
      WITH due AS (
        SELECT r."id", s."name", s."workspaceId", s."projectId", s."environmentId"
        FROM "Run" r JOIN "Sync" s ON s."id" = r."syncId"
        WHERE r."audit" = 'due' AND (r."state" <> 'running' OR s."leaseEpoch" <> r."epoch"
          OR s."leaseExpiresAt" IS NULL OR s."leaseExpiresAt" <= now())
        ORDER BY r."startedAt" LIMIT ${BATCH}::int FOR UPDATE OF r SKIP LOCKED
      )
      UPDATE "Run" r SET "audit" = 'noted' FROM due WHERE r."id" = due."id"
      RETURNING r."id", r."trigger", r."state", r."failureCode", r."worker", r."startedAt", r."endedAt",
        r."valuesRead", r."created", r."updated", r."adopted", r."recovered", r."repaired", r."deleted", r."blocked",
        r."failed",
        r."syncId", due."name" AS "syncName", due."workspaceId", due."projectId", due."environmentId"`,
      "kept",
    );
    await note(
      transaction,
      runs.toSorted((one, other) => endOf(one) - endOf(other)).map((run) => entryOf(run)),
    );
    return runs.length;
  });
}

const endOf = ({ startedAt, endedAt }: DueRun): number => (endedAt ?? startedAt).getTime();

function entryOf(run: DueRun): AuditNote {
  const { id: runId, worker, syncId, syncName, workspaceId, projectId, environmentId, ...what } = run;
  const { state, startedAt, endedAt, ...counts } = what;
  return {
    workspaceId,
    actor: systemActor,
    worker,
    action: "run.ended",
    entity: { id: syncId, name: syncName },
    projectId,
    environmentId,
    syncId,
    fields: {
      runId,
      // Its worker is gone, and no other one has begun since.
      state: state === "running" ? "interrupted" : state,
      startedAt: startedAt.toISOString(),
      endedAt: endedAt?.toISOString() ?? null,
      ...counts,
    },
  };
}
