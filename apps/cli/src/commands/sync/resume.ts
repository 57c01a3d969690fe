import { catalogue } from "@kvsync/contracts/api";
import { findSync } from "../../api/syncs.ts";
import { defineCommand } from "../../command.ts";
import { exitCodes } from "../../exit-codes.ts";
import { printable } from "../../output/printable.ts";
import { limitOption, syncPositional } from "./options.ts";
import { reportRun } from "./report-run.ts";

export const resume = defineCommand({
  usage: "resume <sync>",
  summary: "Resume a paused sync, with a run that looks at the vault",
  examples: [["sync resume production --wait", "waits until it has caught up"]],
  positionals: syncPositional,
  options: { wait: { type: "boolean", default: false, describe: "Wait for the run's end" }, ...limitOption },
  run: async (invocation, { sync: given, wait, limit }) => {
    const session = await invocation.session();
    const { api } = session;
    const before = await findSync(api, await invocation.place(), given);
    const sync = await api.call(catalogue.resumeSync, { params: { syncId: before.id } });
    if (wait) return reportRun(invocation, session, before, limit);
    invocation.output.result({ sync }, () => [`“${printable(sync.name)}” goes on.`]);
    return exitCodes.ok;
  },
});
