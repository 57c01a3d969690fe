import type { RunBody, SyncBody } from "@kvsync/contracts/api";
import type { Look } from "../output/output.ts";
import type { Paint, Style } from "../output/paint.ts";
import { cut, printable } from "../output/printable.ts";
import { duration, relative } from "../output/time.ts";

type Shown = Pick<SyncBody, "vaultUrl" | "retryAt" | "lastRun">;

const STATES: Readonly<Record<RunBody["state"], readonly [Style, string]>> = {
  running: ["cyan", "running"],
  succeeded: ["green", "succeeded"],
  completed_with_failures: ["yellow", "completed with failures"],
  awaiting_approval: ["yellow", "waits for approval"],
  failed: ["red", "failed"],
  interrupted: ["yellow", "interrupted"],
};

/** The counts of a run that aren't zero: `26 created, 4 blocked`. */
export function countsText({ counts }: Pick<RunBody, "counts">): string {
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  return parts.length === 0 ? "nothing to do" : parts.map(([name, count]) => `${count} ${name}`).join(", ");
}

/** A run that has ended, in a line. */
export function runLine(run: RunBody, paint: Paint): string {
  const [style, words] = STATES[run.state];
  const time = run.durationMs === null ? "" : ` in ${duration(run.durationMs)}`;
  return `Run ${paint(style, words)}: ${countsText(run)}${time}.`;
}

/** A run under way as lines that change. `before` is the run that was the last one when this one was asked for. */
export function runBlock(
  sync: Shown,
  before: string | undefined,
  { paint, width }: Look,
  now: number,
): string[] {
  const { lastRun: run, retryAt } = sync;
  if (run === undefined || run.id === before) return [`${paint("cyan", "•")} Waiting for a worker…`];
  if (run.state === "failed" && retryAt !== null)
    return [
      `${paint("yellow", "!")} ${cut(printable(run.failure?.message ?? "The run failed."), width - 2)}`,
      `  It is tried again ${relative(retryAt, now)}.`,
    ];
  // The result tells of it.
  if (run.endedAt !== null) return [];
  if (run.total === 0) return [`${paint("cyan", "•")} Reading what is wanted…`];
  const done = doneOf(run);
  const time = duration(Math.max(0, now - Date.parse(run.startedAt)));
  return [
    `${bar(done, run.total, paint)} ${done} of ${run.total}  ${paint("dim", time)}`,
    cut(`  ${countsText(run)}`, width),
  ];
}

/** The same as plain lines, each for what was reached: for a log. */
export function runSteps(sync: Shown, before: string | undefined): string[] {
  const { lastRun: run, retryAt } = sync;
  if (run === undefined || run.id === before) return ["Waiting for a worker."];
  if (run.state === "failed" && retryAt !== null)
    return [`The run failed, and is tried again: ${printable(run.failure?.message ?? "")}`];
  if (run.endedAt !== null) return [];
  const tenths = Math.floor((doneOf(run) / run.total) * 10);
  if (run.total === 0) return ["Running."];
  return [
    `Running: ${run.total} secrets.`,
    ...(tenths > 0 ? [`${tenths * 10} % of ${run.total} secrets done.`] : []),
  ];
}

function doneOf({ counts, total }: Pick<RunBody, "counts" | "total">): number {
  const { deleted: _, held: __, ...ofSource } = counts;
  return Math.min(
    total,
    Object.values(ofSource).reduce((sum, count) => sum + count, 0),
  );
}

const BAR = 24;

function bar(done: number, total: number, paint: Paint): string {
  const filled = Math.round((done / total) * BAR);
  return paint("green", "━".repeat(filled)) + paint("dim", "╌".repeat(BAR - filled));
}
