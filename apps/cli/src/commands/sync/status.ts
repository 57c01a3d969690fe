import { findSync, listSyncs } from "../../api/syncs.ts";
import { defineCommand } from "../../command.ts";
import { exitCodes, type ExitCode } from "../../exit-codes.ts";
import { recordFailureLines } from "../../show/failures.ts";
import { failingCount, syncLines, syncTable } from "../../show/syncs.ts";
import { failedStepOf } from "../../show/validation.ts";
import { failingRecords } from "./failing-records.ts";
import { limitOption } from "./options.ts";
import type { SyncBody } from "@kvsync/contracts/api";

export const status = defineCommand({
  usage: "status [sync]",
  aliases: ["list"],
  summary: "Show all syncs, or one with each secret that fails and what to do about it",
  examples: [
    ["sync status", "all syncs of the workspace, or of the project in .kvsync.json"],
    ["sync status production", "one, with its last run and what fails: secrets, or a step of the validation"],
    ["sync status production --exit-code", "for a monitor: 0 only when all is well"],
  ],
  positionals: { sync: { type: "string", describe: "A sync's name or id; all of them by default" } },
  options: {
    "exit-code": {
      type: "boolean",
      default: false,
      describe: "End with 1 where a sync fails, 5 where secrets fail, 8 where a plan waits",
    },
    ...limitOption,
  },
  run: async (invocation, { sync: given, limit, "exit-code": asExitCode }) => {
    const { output, context } = invocation;
    const { api } = await invocation.session();
    const place = await invocation.place();
    if (given === undefined) {
      const syncs = await listSyncs(api, place);
      output.result({ syncs }, (look) => syncTable(syncs, look, context.now()));
      return asExitCode ? worstOf(syncs.map(healthOf)) : exitCodes.ok;
    }
    const sync = await findSync(api, place, given);
    const failing = failingCount(sync);
    const failures = failing === 0 ? [] : await failingRecords(api, sync.id, limit);
    output.result({ sync, failedStep: failedStepOf(sync), failing, failures }, (look) => [
      ...syncLines(sync, look, context.now()),
      ...recordFailureLines(failures, failing, look, context.now()),
    ]);
    return asExitCode ? healthOf(sync) : exitCodes.ok;
  },
});

/** How a sync is, as an exit code. One that isn't set up yet, or is paused, isn't ill. */
export function healthOf(
  sync: Pick<SyncBody, "state" | "awaitsApproval" | "records" | "lastRun" | "upToDate">,
): ExitCode {
  if (sync.state === "failing" || sync.lastRun?.state === "failed") return exitCodes.failed;
  if (sync.awaitsApproval) return exitCodes.awaitsApproval;
  return failingCount(sync) > 0 ? exitCodes.completedWithFailures : exitCodes.ok;
}

const WORST_FIRST = [exitCodes.failed, exitCodes.completedWithFailures, exitCodes.awaitsApproval] as const;

export const worstOf = (codes: readonly ExitCode[]): ExitCode =>
  WORST_FIRST.find((code) => codes.includes(code)) ?? exitCodes.ok;
