import { createHash } from "node:crypto";
import {
  findPlan,
  holdLease,
  savePlan,
  supersedePlans,
  type Database,
  type PlanActionRow,
} from "@kvsync/store";
import type { Action, Plan } from "./actions.ts";
import { haltFor } from "./halt.ts";
import type { PassContext, PassResult } from "./pass.ts";
import { describeAction } from "./describe.ts";

/**
 * Puts a first plan up for approval, unless it is the one that was approved.
 *
 * @returns how the run ends with nothing applied, or undefined when the plan may be applied
 */
export async function askForPlan(
  database: Database,
  context: PassContext,
  actions: Plan,
  vaultSeen: PassResult["vaultSeen"],
): Promise<PassResult | undefined> {
  const { sync } = context;
  const digest = digestOf(actions);
  if (digest === sync.approvedDigest) return undefined;
  const awaitingPlanId = await putUp(database, context, actions, "first-plan", digest);
  return {
    state: "awaiting_approval",
    failure: null,
    done: { generation: sync.wantedGeneration, check: sync.wantedCheck },
    retryInMs: null,
    retryAttempt: 0,
    vaultSeen,
    awaitingPlanId,
    applied: false,
    disconnected: false,
  };
}

/**
 * Puts the removals of a plan up for approval that the brake holds back.
 *
 * @returns the id of the plan that waits, null when none does any more, undefined when nothing changed
 */
export async function askForRemovals(
  database: Database,
  context: PassContext,
  actions: Plan,
): Promise<string | null | undefined> {
  const held = actions.filter((action) => action.kind === "hold" && action.failure !== null);
  const { awaitingPlanId } = context.sync;
  if (held.length > 0) return putUp(database, context, held, "removals", digestOf(held));
  if (awaitingPlanId === null) return undefined;
  await supersedePlans(database, context.sync.id);
  return null;
}

async function putUp(
  database: Database,
  { sync, lease }: PassContext,
  actions: Plan,
  asks: "first-plan" | "removals",
  digest: string,
): Promise<string> {
  if (sync.awaitingPlanId !== null) {
    const awaiting = await findPlan(database, sync.id, sync.awaitingPlanId);
    if (awaiting?.state === "awaiting_approval" && awaiting.digest === digest) return awaiting.id;
  }
  return database.$transaction(
    async (transaction) => {
      const halt = haltFor(await holdLease(transaction, lease));
      if (halt !== undefined) throw halt;
      const plan = {
        syncId: sync.id,
        state: "awaiting_approval" as const,
        asks,
        generation: sync.wantedGeneration,
        digest,
        counts: countKinds(actions),
        vaultSecretCount: sync.vaultSecretCount,
        overrides: {},
      };
      return savePlan(transaction, plan, toRows(actions));
    },
    { timeout: 60_000 },
  );
}

/** Equal for plans that do the same to the same names. Values don't count: they may change while a plan waits. */
export function digestOf(actions: Plan): string {
  const lines = actions.flatMap((action) => {
    if (action.kind === "keep" || action.kind === "forget") return [];
    const { kind, secretId, vaultName } = describeAction(action);
    return [`${kind} ${secretId} ${vaultName ?? ""}`];
  });
  return createHash("sha256").update(lines.toSorted().join("\n")).digest("hex");
}

/** How many actions of each kind a plan has. */
export function countKinds(actions: Plan): Partial<Record<Action["kind"], number>> {
  const counts: Partial<Record<Action["kind"], number>> = {};
  for (const { kind } of actions) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** A plan's actions as they are stored and shown. */
export function toRows(actions: Plan): PlanActionRow[] {
  return actions.map((action, position) => ({ position, ...describeAction(action) }));
}
