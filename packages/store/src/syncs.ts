import type { FailureCode, FailureFields, ExistingPolicy, NamePolicy } from "@kvsync/contracts";
import type { Queryable } from "./database.ts";
import { Prisma, type Sync } from "./generated/client.ts";
import { beginOf, byCreation, type TimePage } from "./paging.ts";

/** A sync as it stands in the database. */
export type SyncRow = Sync;

/** The columns of a sync, for a statement that calls its row so. */
export function syncColumns(row: "taken"): Prisma.Sql {
  return Prisma.raw(
    Object.keys(Prisma.SyncScalarFieldEnum)
      .map((column) => `${row}."${column}"`)
      .join(", "),
  );
}

export type SyncState =
  | "awaiting_azure"
  | "awaiting_environment"
  | "validating"
  | "active"
  | "paused"
  | "failing"
  | "disconnecting"
  | "disconnected";

/** Why the vault itself is to be looked at. */
export type CheckTrigger = "initial" | "manual" | "schedule";

export async function createSync(
  database: Queryable,
  sync: Readonly<{ workspaceId: string; projectId: string; name: string; createdById: string | null }>,
): Promise<SyncRow> {
  return database.sync.create({ data: sync });
}

/** A sync of this workspace, or null. */
export async function findSync(
  database: Queryable,
  workspaceId: string,
  id: string,
): Promise<SyncRow | null> {
  return database.sync.findFirst({ where: { id, workspaceId } });
}

/** A sync by its id alone, for workers. */
export async function readSync(database: Queryable, id: string): Promise<SyncRow | null> {
  return database.sync.findUnique({ where: { id } });
}

/** The names of those of these syncs that a workspace has or had, by id. */
export async function nameSyncs(
  database: Queryable,
  workspaceId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const found = await database.sync.findMany({
    where: { workspaceId, id: { in: [...ids] } },
    select: { id: true, name: true },
  });
  return new Map(found.map(({ id, name }) => [id, name]));
}

/** The syncs of a workspace, oldest first, without the disconnected ones. */
export async function listSyncs(
  database: Queryable,
  filter: Readonly<{ workspaceId: string; projectId?: string; environmentId?: string }>,
  page?: TimePage,
): Promise<SyncRow[]> {
  return database.sync.findMany({
    where: { ...filter, state: { not: "disconnected" }, ...beginOf(page) },
    ...byCreation(page),
  });
}

/**
 * Locks a sync's row until the transaction ends, so that a change of its state starts from what it really is.
 * Null when this workspace has no such sync.
 */
export async function lockSync(
  transaction: Queryable,
  workspaceId: string,
  id: string,
): Promise<SyncRow | null> {
  const rows = await transaction.$queryRaw<SyncRow[]>`
    SELECT * FROM "Sync" WHERE "id" = ${id}::uuid AND "workspaceId" = ${workspaceId}::uuid FOR UPDATE`;
  return rows[0] ?? null;
}

export type SyncChange = Partial<
  Readonly<{
    name: string;
    state: SyncState;
    environmentId: string;
    tenantId: string;
    clientId: string;
    vaultUrl: string;
    prefix: string;
    namePolicy: NamePolicy;
    schedule: string | null;
    timeZone: string | null;
    nextScheduledAt: Date | null;
    connectedAt: Date;
    activatedAt: Date;
    disconnectedAt: Date;
    retryAt: Date | null;
    removalPolicy: "delete" | "keep";
    driftPolicy: "repair" | "report";
    existingPolicy: ExistingPolicy;
    removalBrakePercent: number;
    firstPlan: "apply" | "ask";
    vaultWritesPer10s: number | null;
    vaultReadsPer10s: number | null;
    /** A plan is put up for approval by `savePlan` alone. */
    awaitingPlanId: null;
  }>
>;

export async function changeSync(database: Queryable, id: string, change: SyncChange): Promise<SyncRow> {
  return database.sync.update({ where: { id }, data: change });
}

/** Asks for a look at the vault. What was asked stands in PostgreSQL; ring the queue afterwards. */
export async function requestCheck(
  database: Queryable,
  syncId: string,
  trigger: CheckTrigger,
): Promise<void> {
  await database.sync.update({
    where: { id: syncId },
    data: { wantedCheck: { increment: 1 }, checkTrigger: trigger },
  });
}

/** Marks the sync's configuration as broken, or as sound again with null. */
export async function setSyncFailure(
  database: Queryable,
  syncId: string,
  failure: Readonly<{ code: FailureCode; fields: FailureFields }> | null,
): Promise<void> {
  if (failure === null) {
    await database.$executeRaw`
      UPDATE "Sync" SET "failureCode" = NULL, "failureFields" = NULL, "failingSince" = NULL,
        "state" = CASE WHEN "state" = 'failing' THEN 'active' ELSE "state" END
      WHERE "id" = ${syncId}::uuid AND ("failureCode" IS NOT NULL OR "state" = 'failing')`;
    return;
  }
  await database.$executeRaw`
    UPDATE "Sync" SET "failureCode" = ${failure.code}, "failureFields" = ${JSON.stringify(failure.fields)}::jsonb,
      "failingSince" = COALESCE("failingSince", now()),
      "state" = CASE WHEN "state" IN ('active', 'validating') THEN 'failing' ELSE "state" END
    WHERE "id" = ${syncId}::uuid`;
}

/**
 * Makes a validated sync active with this environment, and asks for its first look at the vault. A sync that was paused
 * or disconnected meanwhile stays so.
 */
export async function activateSync(
  transaction: Queryable,
  syncId: string,
  environmentId: string,
): Promise<void> {
  await transaction.$executeRaw`
    UPDATE "Sync" SET "environmentId" = ${environmentId}::uuid, "failureCode" = NULL, "failureFields" = NULL,
      "failingSince" = NULL, "activatedAt" = COALESCE("activatedAt", now()), "retryAt" = NULL, "retryAttempt" = 0,
      "wantedGeneration" = "wantedGeneration" + 1, "wantedCheck" = "wantedCheck" + 1,
      "checkTrigger" = CASE WHEN "activatedAt" IS NULL THEN 'initial' ELSE 'manual' END,
      "state" = CASE WHEN "state" IN ('validating', 'failing', 'active') THEN 'active' ELSE "state" END
    WHERE "id" = ${syncId}::uuid`;
}

/** Raises what is wanted of one sync, as a change of its source does. Ring the queue afterwards. */
export async function wantRun(transaction: Queryable, syncId: string): Promise<void> {
  await transaction.sync.update({
    where: { id: syncId },
    data: { wantedGeneration: { increment: 1 } },
  });
}
