import { catalogue, type ApiClient, type PlanBody, type PlanCounts } from "@kvsync/contracts/api";
import { polled } from "../../api/polling.ts";
import { syncIdOf } from "../../api/syncs.ts";
import { CliError } from "../../cli-error.ts";
import { defineCommand } from "../../command.ts";
import { exitCodes, type ExitCode } from "../../exit-codes.ts";
import type { Invocation } from "../../invocation.ts";
import { changesOf, planLines } from "../../show/plan.ts";
import { existingPolicies, namePolicies, syncPositional } from "./options.ts";

export const plan = defineCommand({
  usage: "plan <sync>",
  summary: "Show what a run would do now, or with other settings, without doing it",
  examples: [
    ["sync plan production", "a table of what would change, and what is blocked"],
    ["sync plan production --name-policy dotnet", "tries another policy out"],
    ["sync plan production --detailed-exitcode", "0: nothing to do, 2: changes, 5: only blocked secrets"],
  ],
  positionals: syncPositional,
  options: {
    "detailed-exitcode": {
      type: "boolean",
      default: false,
      describe: "End with 2 where a run would change something",
    },
    all: { type: "boolean", default: false, describe: "Also what stays as it is" },
    look: { type: "boolean", default: true, describe: "List the vault for it (--no-look: by the records)" },
    prefix: { type: "string", describe: "Instead of the sync's own" },
    "name-policy": { choices: namePolicies, describe: "Instead of the sync's own" },
    "removal-policy": { choices: ["delete", "keep"] as const, describe: "Instead of the sync's own" },
    "drift-policy": { choices: ["repair", "report"] as const, describe: "Instead of the sync's own" },
    "existing-policy": { choices: existingPolicies, describe: "Instead of the sync's own" },
  },
  run: async (invocation, values) => {
    const { api } = await invocation.session();
    const syncId = await syncIdOf(api, await invocation.place(), values.sync);
    const query = compact({
      look: values.look ? undefined : ("false" as const),
      prefix: values.prefix,
      namePolicy: values["name-policy"],
      removalPolicy: values["removal-policy"],
      driftPolicy: values["drift-policy"],
      existingPolicy: values["existing-policy"],
    });
    const asked = await api.call(catalogue.previewPlan, {
      params: { syncId },
      query: { ...query, limit: 1 },
    });
    const worked = await workedOut(invocation, api, syncId, asked.id);
    if (worked.failure !== null) throw planFailed(worked.failure);
    const actions = await actionsOf(api, syncId, worked.id);
    const counts = worked.counts;
    const { nextCursor: _, ...shown } = worked;
    invocation.output.result({ plan: { ...shown, actions }, changes: changesOf(counts ?? {}) }, (look) =>
      planLines({ counts, actions }, values.all, look),
    );
    return values["detailed-exitcode"] ? planExitCode(counts ?? {}) : exitCodes.ok;
  },
});

/** As Terraform has it: 0 for nothing to do, 2 for changes. Secrets that are blocked and nothing else are failures. */
export function planExitCode(counts: Partial<PlanCounts>): ExitCode {
  if (changesOf(counts) > 0) return exitCodes.changes;
  return (counts.blocked ?? 0) > 0 ? exitCodes.completedWithFailures : exitCodes.ok;
}

/** Waits until a worker has worked a plan out. @throws {CliError} after the deadline */
async function workedOut(
  { context, deadline }: Invocation,
  api: ApiClient,
  syncId: string,
  planId: string,
): Promise<PlanBody> {
  const look = (): Promise<PlanBody> =>
    api.call(catalogue.getPlan, { params: { syncId, planId }, query: { limit: 1 } });
  for await (const seen of polled(context, deadline, look)) if (seen.state !== "queued") return seen;
  throw new Error("unreachable");
}

async function actionsOf(api: ApiClient, syncId: string, planId: string): Promise<PlanBody["actions"]> {
  const actions: PlanBody["actions"] = [];
  let cursor: string | undefined;
  do {
    const page = await api.call(catalogue.getPlan, {
      params: { syncId, planId },
      query: { limit: 1_000, ...(cursor === undefined ? {} : { cursor }) },
    });
    actions.push(...page.actions);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return actions;
}

const planFailed = ({ code, message, hint }: NonNullable<PlanBody["failure"]>): CliError =>
  new CliError({ exitCode: exitCodes.failed, code, message, hint });

type Defined<Values> = { [Name in keyof Values]?: Exclude<Values[Name], undefined> };

/** Only what is given: to leave something out isn't to say that it is nothing. */
function compact<Values extends object>(values: Values): Defined<Values> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Defined<Values>;
}
