import type { FailureCode, FailureFields } from "@kvsync/contracts";
import type { Queryable } from "./database.ts";
import type { SyncPlan, SyncPlanAction } from "./generated/client.ts";
import { requestCheck } from "./syncs.ts";

export type PlanRow = SyncPlan;
export type PlanState = "queued" | "ready" | "failed" | "awaiting_approval" | "approved" | "superseded";

/** One secret's part of a stored plan. */
export type PlanActionRow = Readonly<{
  position: number;
  kind: string;
  recordId: string | null;
  secretId: string;
  secretName: string;
  vaultName: string | null;
  reason: string | null;
  failureCode: FailureCode | null;
  failureFields: FailureFields | null;
}>;

/** Settings to plan with instead of the sync's own. */
export type PlanOverrides = Readonly<Record<string, string | boolean>>;

/** So many actions go into one statement. */
const BATCH = 2_000;

/** Asks for a plan. Ring for it afterwards. */
export async function requestPlan(
  database: Queryable,
  syncId: string,
  overrides: PlanOverrides,
): Promise<{ id: string }> {
  return database.syncPlan.create({ data: { syncId, overrides }, select: { id: true } });
}

/** A plan that was asked for and isn't computed yet, or null. It stays asked for until it is saved. */
export async function findQueuedPlan(database: Queryable, planId: string): Promise<PlanRow | null> {
  return database.syncPlan.findFirst({ where: { id: planId, state: "queued" } });
}

/** Plans that were asked for more than some seconds ago and that nobody computed. */
export async function findQueuedPlans(
  database: Queryable,
  limit: number,
): Promise<Array<{ id: string; syncId: string }>> {
  return database.$queryRaw<Array<{ id: string; syncId: string }>>`
    SELECT "id", "syncId" FROM "SyncPlan" WHERE "state" = 'queued'
      AND "createdAt" BETWEEN now() - interval '10 minutes' AND now() - interval '5 seconds'
    ORDER BY "createdAt" LIMIT ${limit}`;
}

export type PlanToSave = Readonly<{
  /** Of the plan that was asked for; a plan of a run is new. */
  id?: string;
  syncId: string;
  state: "ready" | "awaiting_approval";
  asks: "first-plan" | "removals" | null;
  generation: number;
  digest: string;
  counts: Readonly<Record<string, number>>;
  vaultSecretCount: number | null;
  overrides: PlanOverrides;
}>;

/**
 * Saves a computed plan with its actions. One that awaits approval takes the place of the one that did before.
 *
 * @param transaction in which it is saved as a whole
 * @returns its id
 */
export async function savePlan(
  transaction: Queryable,
  { id, ...plan }: PlanToSave,
  actions: readonly PlanActionRow[],
): Promise<string> {
  if (plan.state === "awaiting_approval") await supersedePlans(transaction, plan.syncId);
  const data = {
    ...plan,
    counts: { ...plan.counts },
    overrides: { ...plan.overrides },
    computedAt: new Date(),
  };
  const saved =
    id === undefined
      ? await transaction.syncPlan.create({ data, select: { id: true } })
      : await transaction.syncPlan.update({ where: { id }, data, select: { id: true } });
  await transaction.syncPlanAction.deleteMany({ where: { planId: saved.id } });
  for (let from = 0; from < actions.length; from += BATCH)
    await transaction.$executeRaw`
      INSERT INTO "SyncPlanAction" ("planId", "position", "kind", "recordId", "secretId", "secretName", "vaultName",
        "reason", "failureCode", "failureFields")
      SELECT ${saved.id}::uuid, a.* FROM jsonb_to_recordset(${JSON.stringify(actions.slice(from, from + BATCH))}::jsonb)
        AS a("position" int, "kind" text, "recordId" uuid, "secretId" uuid, "secretName" text, "vaultName" text,
          "reason" text, "failureCode" text, "failureFields" jsonb)`;
  if (plan.state === "awaiting_approval")
    await transaction.sync.update({ where: { id: plan.syncId }, data: { awaitingPlanId: saved.id } });
  return saved.id;
}

/** A plan that was asked for couldn't be computed, and why. */
export async function failPlan(
  database: Queryable,
  planId: string,
  failure: Readonly<{ code: FailureCode; fields: FailureFields }>,
): Promise<void> {
  await database.syncPlan.updateMany({
    where: { id: planId, state: "queued" },
    data: {
      state: "failed",
      failureCode: failure.code,
      failureFields: { ...failure.fields },
      computedAt: new Date(),
    },
  });
}

/** Plans of a sync that awaited approval do so no more. */
export async function supersedePlans(database: Queryable, syncId: string): Promise<void> {
  await database.syncPlan.updateMany({
    where: { syncId, state: "awaiting_approval" },
    data: { state: "superseded" },
  });
}

export async function findPlan(database: Queryable, syncId: string, planId: string): Promise<PlanRow | null> {
  return database.syncPlan.findFirst({ where: { id: planId, syncId } });
}

/** One page of a plan's actions, in the plan's order. */
export async function listPlanActions(
  database: Queryable,
  planId: string,
  page: Readonly<{
    limit: number;
    kinds?: readonly string[];
    /** Part of a name, with LIKE's wildcards escaped. */
    search?: string;
    afterPosition?: number;
  }>,
): Promise<SyncPlanAction[]> {
  const { limit, kinds, search, afterPosition } = page;
  const holds = { contains: search ?? "", mode: "insensitive" } as const;
  return database.syncPlanAction.findMany({
    where: {
      planId,
      ...(kinds === undefined ? {} : { kind: { in: [...kinds] } }),
      ...(search === undefined ? {} : { OR: [{ secretName: holds }, { vaultName: holds }] }),
      ...(afterPosition === undefined ? {} : { position: { gt: afterPosition } }),
    },
    orderBy: { position: "asc" },
    take: limit,
  });
}

/**
 * Approves the plan that awaits it: the next run applies the same plan, or removes what it holds.
 *
 * @returns false when the plan doesn't await approval any more
 */
export async function approvePlan(transaction: Queryable, syncId: string, planId: string): Promise<boolean> {
  const { count } = await transaction.syncPlan.updateMany({
    where: { id: planId, syncId, state: "awaiting_approval" },
    data: { state: "approved", approvedAt: new Date() },
  });
  if (count === 0) return false;
  await transaction.$executeRaw`
    UPDATE "Sync" SET "awaitingPlanId" = NULL, "approvedDigest" = p."digest"
    FROM "SyncPlan" p WHERE p."id" = ${planId}::uuid AND "Sync"."id" = ${syncId}::uuid`;
  await transaction.$executeRaw`
    UPDATE "SyncRecord" r SET "removalApprovedAt" = now() FROM "SyncPlanAction" a
    WHERE a."planId" = ${planId}::uuid AND a."kind" = 'hold' AND r."id" = a."recordId" AND r."syncId" = ${syncId}::uuid`;
  await requestCheck(transaction, syncId, "manual");
  return true;
}

/** Forgets plans that nobody asks for any more: those that don't await approval, after a day. */
export async function forgetOldPlans(database: Queryable): Promise<number> {
  return database.$executeRaw`
    DELETE FROM "SyncPlan" WHERE "state" <> 'awaiting_approval' AND "createdAt" < now() - interval '1 day'`;
}
