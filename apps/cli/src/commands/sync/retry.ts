import { catalogue } from "@kvsync/contracts/api";
import { findSync } from "../../api/syncs.ts";
import { defineCommand } from "../../command.ts";
import { exitCodes } from "../../exit-codes.ts";
import { secretIdOf } from "./adopt.ts";
import { limitOption, syncPositional } from "./options.ts";
import { reportRun } from "./report-run.ts";

export const retry = defineCommand({
  usage: "retry <sync> [secrets..]",
  summary: "Try failing secrets again now: those that are named, or all that fail",
  examples: [
    ["sync retry production", "all that fail"],
    ["sync retry production API-KEY --wait", "one, until it is known how that went"],
  ],
  positionals: {
    ...syncPositional,
    secrets: { type: "string", array: true, describe: "Names or ids of secrets" },
  },
  options: { wait: { type: "boolean", default: false, describe: "Wait for the run's end" }, ...limitOption },
  run: async (invocation, { sync: given, secrets = [], wait, limit }) => {
    const session = await invocation.session();
    const { api } = session;
    const before = await findSync(api, await invocation.place(), given);
    const params = { syncId: before.id };
    const secretIds = await Promise.all(secrets.map((secret) => secretIdOf(api, before.id, secret)));
    const body = secretIds.length === 0 ? {} : { secretIds };
    const { retried } = await api.call(catalogue.retryRecords, { params, body });
    if (wait && retried > 0) return reportRun(invocation, session, before, limit);
    invocation.output.result({ retried }, () => [
      retried === 0 ? "Nothing of that fails." : `A run tries ${retried} again.`,
    ]);
    return exitCodes.ok;
  },
});
