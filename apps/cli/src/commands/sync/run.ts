import { randomUUID } from "node:crypto";
import { catalogue } from "@kvsync/contracts/api";
import { findSync } from "../../api/syncs.ts";
import { sentAgain } from "../../api/sent-again.ts";
import { defineCommand } from "../../command.ts";
import { exitCodes } from "../../exit-codes.ts";
import { limitOption, syncPositional } from "./options.ts";
import { reportRun } from "./report-run.ts";

export const run = defineCommand({
  usage: "run <sync>",
  summary: "Run a sync now; with --wait until its end",
  examples: [
    ["sync run production --wait", "shows how far it is, then each secret that fails"],
    ["sync run production --wait --timeout 10m --json", "for CI: exit code 5 where secrets fail"],
    ["sync run production --idempotency-key $CI_JOB_ID", "a job that is tried again makes no second run"],
  ],
  positionals: syncPositional,
  options: {
    wait: { type: "boolean", default: false, describe: "Wait for the end" },
    "idempotency-key": {
      type: "string",
      describe: "Requests with the same key make one run; a random one by default",
    },
    ...limitOption,
  },
  run: async (invocation, { sync: given, wait, limit, "idempotency-key": key = randomUUID() }) => {
    const { output, context } = invocation;
    const session = await invocation.session();
    const before = await findSync(session.api, await invocation.place(), given);
    const params = { syncId: before.id };
    const headers = { "idempotency-key": key };
    const sync = await sentAgain(context.sleep, () =>
      session.api.call(catalogue.runSync, { params, headers }),
    );
    if (wait) return reportRun(invocation, session, before, limit);
    output.result({ sync }, () => [
      "A run will begin. Follow it with --wait, or look with “kvsync sync status”.",
    ]);
    return exitCodes.ok;
  },
});
