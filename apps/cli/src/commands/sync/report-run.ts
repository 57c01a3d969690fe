import type { SyncDetailBody } from "@kvsync/contracts/api";
import type { Session } from "../../api/session.ts";
import type { ExitCode } from "../../exit-codes.ts";
import type { Invocation } from "../../invocation.ts";
import { failureLines, recordFailureLines } from "../../show/failures.ts";
import { runLine } from "../../show/run.ts";
import { failingCount } from "../../show/syncs.ts";
import { failingRecords } from "./failing-records.ts";
import { runExitCode, waitForRun } from "./wait-for-run.ts";

/**
 * Waits for the run that was asked for, and tells how it ended and each secret that fails.
 *
 * @param before the sync as it was before the run was asked for
 * @param limit how many of the secrets that fail are told
 * @returns what that means for a script
 * @throws {CliError} after the deadline
 */
export async function reportRun(
  invocation: Invocation,
  session: Session,
  before: SyncDetailBody,
  limit: number,
): Promise<ExitCode> {
  const { context, output } = invocation;
  const { api } = session;
  const sync = await waitForRun(invocation, session, before);
  const failing = failingCount(sync);
  const failures = failing === 0 ? [] : await failingRecords(api, sync.id, limit);
  const run = sync.lastRun;
  output.result({ sync, run: run ?? null, failing, failures }, (look) => [
    run === undefined ? "No run has begun." : runLine(run, look.paint),
    ...(run?.failure === null || run === undefined ? [] : failureLines("The run", run.failure, look)),
    ...recordFailureLines(failures, failing, look, context.now()),
    ...(sync.awaiting === null ? [] : [`A plan waits for approval: kvsync sync approve ${sync.id}`]),
    ...(sync.state === "active" || sync.state === "failing" ? [] : [`The sync is ${sync.state} now.`]),
  ]);
  return runExitCode(sync, run);
}
