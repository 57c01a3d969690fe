import { catalogue, type RunBody, type SyncDetailBody } from "@kvsync/contracts/api";
import { polled } from "../../api/polling.ts";
import type { Session } from "../../api/session.ts";
import { exitCodes, type ExitCode } from "../../exit-codes.ts";
import type { Invocation } from "../../invocation.ts";
import { LiveLines } from "../../output/live-lines.ts";
import { runBlock, runSteps } from "../../show/run.ts";

/** The run that was the last one when another was asked for, and whether it was still under way. */
export type RunBefore = Readonly<{ id: string; underWay: boolean }> | undefined;

export const runBefore = ({ lastRun }: Pick<SyncDetailBody, "lastRun">): RunBefore =>
  lastRun === undefined ? undefined : { id: lastRun.id, underWay: lastRun.endedAt === null };

/**
 * Waits until a sync has done what is wanted of it, and shows how far it is.
 *
 * @param asked the sync as it was before the run was asked for
 * @throws {CliError} after the deadline
 */
export async function waitForRun(
  { context, output, deadline }: Invocation,
  { api }: Session,
  asked: SyncDetailBody,
): Promise<SyncDetailBody> {
  const syncId = asked.id;
  const before = runBefore(asked);
  const live = new LiveLines(context.stderr, context.env);
  // A run that was under way may turn out to be the one that does it.
  const past = before?.underWay === true ? undefined : before?.id;
  const look = (): Promise<SyncDetailBody> => api.call(catalogue.getSync, { params: { syncId } });
  for await (const sync of polled(context, deadline, look)) {
    live.show(runBlock(sync, past, output.noteLook, context.now()), runSteps(sync, past));
    if (hasEnded(sync, before)) return sync;
  }
  throw new Error("unreachable");
}

/** Whether nothing more will happen by itself to what was asked for. */
export function hasEnded(
  sync: Pick<SyncDetailBody, "state" | "upToDate" | "lastRun">,
  before: RunBefore,
): boolean {
  if (["paused", "disconnecting", "disconnected"].includes(sync.state)) return true;
  const { lastRun } = sync;
  if (lastRun === undefined || lastRun.endedAt === null || !sync.upToDate) return false;
  return lastRun.id !== before?.id || before.underWay;
}

/** What a run's end means for a script. */
export function runExitCode(
  sync: Pick<SyncDetailBody, "state" | "awaitsApproval">,
  run: Pick<RunBody, "state"> | undefined,
): ExitCode {
  if (sync.awaitsApproval || run?.state === "awaiting_approval") return exitCodes.awaitsApproval;
  if (run === undefined || sync.state !== "active") return exitCodes.failed;
  if (run.state === "succeeded") return exitCodes.ok;
  return run.state === "completed_with_failures" ? exitCodes.completedWithFailures : exitCodes.failed;
}
