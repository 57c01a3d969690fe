import { existingPolicySchema, namePolicySchema, type Failure } from "@kvsync/contracts";
import type { Logger } from "@kvsync/runtime";
import {
  failPlan,
  findQueuedPlan,
  readSync,
  readVaultLimits,
  savePlan,
  type PlanOverrides,
} from "@kvsync/store";
import { z } from "zod";
import { FailureError } from "../failure-error.ts";
import { countKinds, digestOf, toRows } from "./approval.ts";
import { Guard } from "./halt.ts";
import { readInput } from "./input.ts";
import type { PassDependencies } from "./pass.ts";
import { Sight } from "./sight.ts";

/** Settings that a preview may try out, and whether it looks at the vault (it does unless told not to). */
const overridesSchema = z.object({
  look: z.boolean().default(true),
  prefix: z.string().optional(),
  namePolicy: namePolicySchema.optional(),
  removalPolicy: z.enum(["delete", "keep"]).optional(),
  driftPolicy: z.enum(["repair", "report"]).optional(),
  existingPolicy: existingPolicySchema.optional(),
});

/** How long (ms) saving a plan of many secrets may take. */
const SAVING_MS = 60_000;

/**
 * Works out what a run would do now, and does nothing of it. The same plan drives a run. Needs no lease: it changes
 * neither records nor vault.
 *
 * @returns in a few words what came of it
 */
export async function preview(
  dependencies: PassDependencies & Readonly<{ logger: Logger }>,
  planId: string,
  signal: AbortSignal,
): Promise<string> {
  const { database, logger } = dependencies;
  const wanted = await findQueuedPlan(database, planId);
  const sync = wanted && (await readSync(database, wanted.syncId));
  if (wanted === null || sync === null) return "nothing was asked for";
  try {
    const guard = new Guard(() => true, signal);
    const { look, ...settings } = overridesSchema.parse(wanted.overrides);
    const own = await readInput(dependencies, sync);
    const input = { ...own, settings: { ...own.settings, ...defined(settings) } };
    const vaultLimits = await readVaultLimits(database, own.settings.vaultUrl);
    const context = { sync, signal, guard, vaultLimits };
    const sight = new Sight(dependencies, context, input, async () => input);
    const { actions, seen } = look ? await sight.plan(true) : { actions: sight.planByRecords(), seen: null };
    const plan = {
      id: planId,
      syncId: sync.id,
      state: "ready" as const,
      asks: null,
      generation: sync.wantedGeneration,
      digest: digestOf(actions),
      counts: countKinds(actions),
      vaultSecretCount: seen?.count ?? null,
      overrides: wanted.overrides as PlanOverrides,
    };
    await database.$transaction((transaction) => savePlan(transaction, plan, toRows(actions)), {
      timeout: SAVING_MS,
    });
    return `${actions.length} actions`;
  } catch (error) {
    if (signal.aborted) throw error;
    const failure: Failure = error instanceof FailureError ? error.failure : { code: "INTERNAL", fields: {} };
    logger.warn({ err: error, syncId: sync.id, planId, code: failure.code }, "a plan couldn't be worked out");
    await failPlan(database, planId, failure);
    return failure.code;
  }
}

function defined<Shape extends object>(shape: Shape): { [Key in keyof Shape]?: NonNullable<Shape[Key]> } {
  const entries = Object.entries(shape).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof Shape]?: NonNullable<Shape[Key]> };
}
