import { catalogue } from "@kvsync/contracts/api";
import { findSync } from "../../api/syncs.ts";
import { CliError, usageError } from "../../cli-error.ts";
import { defineCommand } from "../../command.ts";
import { exitCodes } from "../../exit-codes.ts";
import { confirmed } from "../../prompt.ts";
import { planLines } from "../../show/plan.ts";
import { limitOption, syncPositional, yesOption } from "./options.ts";
import { reportRun } from "./report-run.ts";

export const approve = defineCommand({
  usage: "approve <sync>",
  summary: "Approve the plan that waits for it",
  examples: [
    ["sync approve production", "shows what the plan does, and asks"],
    ["sync approve production --plan … --yes", "only if it is still this plan that waits"],
  ],
  positionals: syncPositional,
  options: {
    plan: { type: "string", describe: "The plan's id: another one isn't approved" },
    wait: { type: "boolean", default: false, describe: "Wait for the end of the run that applies it" },
    ...yesOption,
    ...limitOption,
  },
  run: async (invocation, { sync: given, plan: expected, wait, yes, limit }) => {
    const { context, output } = invocation;
    const session = await invocation.session();
    const { api } = session;
    const before = await findSync(api, await invocation.place(), given);
    const planId = before.awaiting?.planId;
    if (planId === undefined) throw nothingWaits();
    if (expected !== undefined && expected.toLowerCase() !== planId)
      throw usageError("Another plan waits by now.", `Look at it: kvsync sync approve ${before.id}`);
    const params = { syncId: before.id, planId };
    if (!yes) {
      const shown = await api.call(catalogue.getPlan, { params, query: { limit: 50 } });
      for (const line of planLines(shown, false, output.noteLook)) output.note(line);
      if (shown.nextCursor !== null) output.note("(The table shows the first 50.)");
    }
    if (!(await confirmed(context, "Approve this plan?", yes))) {
      output.result({ approved: false, planId }, () => ["Not approved; it goes on waiting."]);
      return exitCodes.awaitsApproval;
    }
    const sync = await api.call(catalogue.approvePlan, { params });
    if (wait) return reportRun(invocation, session, before, limit);
    output.result({ approved: true, planId, sync }, () => ["Approved; a run applies it."]);
    return exitCodes.ok;
  },
});

const nothingWaits = (): CliError =>
  new CliError({
    exitCode: exitCodes.failed,
    code: "PLAN_NOT_AWAITING",
    message: "No plan of this sync waits for approval.",
    hint: "See what a run would do with “kvsync sync plan”.",
  });
