import type { SyncBody, SyncDetailBody } from "@kvsync/contracts/api";
import type { Look } from "../output/output.ts";
import type { Style } from "../output/paint.ts";
import { printable } from "../output/printable.ts";
import { table } from "../output/table.ts";
import { relative } from "../output/time.ts";
import { failureLines } from "./failures.ts";
import { countsText } from "./run.ts";
import { failedStepLines, failedStepOf } from "./validation.ts";

/** How many secrets of a sync fail: by its records, or by its last run where a list leaves them out. */
export function failingCount({ records, lastRun }: Pick<SyncBody, "records" | "lastRun">): number {
  const { failed = 0, blocked = 0 } = records ?? lastRun?.counts ?? {};
  return failed + blocked;
}

/** How a sync stands, in words. */
export function standingOf(sync: SyncBody): Readonly<{ text: string; style: Style }> {
  const bad = failingCount(sync);
  switch (sync.state) {
    case "awaiting_azure":
      return { text: "waits for connect", style: "yellow" };
    case "awaiting_environment":
      return { text: "waits for link", style: "yellow" };
    case "active":
      if (sync.awaitsApproval) return { text: "waits for approval", style: "yellow" };
      if (bad > 0) return { text: `active, ${bad} failing`, style: "red" };
      return sync.upToDate ? { text: "active", style: "green" } : { text: "active, at work", style: "cyan" };
    case "failing":
      return { text: "failing", style: "red" };
    case "validating":
      return { text: "validating", style: "cyan" };
    default:
      return { text: sync.state, style: "dim" };
  }
}

/** All syncs as a table. */
export function syncTable(syncs: readonly SyncBody[], look: Look, now: number): string[] {
  if (syncs.length === 0) return ["No syncs yet. Create one with “kvsync sync create”."];
  const rows = syncs.map((sync) => [
    { text: sync.name, style: "bold" as const },
    standingOf(sync),
    sync.vaultUrl?.replace("https://", "") ?? "–",
    sync.lastRun === undefined ? "never" : relative(sync.lastRun.startedAt, now),
    sync.id,
  ]);
  const columns = [
    { title: "NAME", flexible: true },
    { title: "STATE" },
    { title: "VAULT", flexible: true },
    { title: "LAST RUN" },
    { title: "ID" },
  ];
  return table(columns, rows, look);
}

/** One sync with what an operator asks first. */
export function syncLines(sync: SyncDetailBody, look: Look, now: number): string[] {
  const { paint } = look;
  const standing = standingOf(sync);
  const run = sync.lastRun;
  const failedStep = failedStepOf(sync);
  const facts: Array<readonly [string, string | null]> = [
    ["State", paint(standing.style, standing.text)],
    ["Vault", sync.vaultUrl],
    ["Prefix", sync.prefix === "" ? null : sync.prefix],
    ["Names", sync.namePolicy],
    [
      "Last run",
      run === undefined ? "never" : `${relative(run.startedAt, now)}, ${run.trigger}: ${countsText(run)}`,
    ],
    ["Next run", sync.nextScheduledAt === null ? null : relative(sync.nextScheduledAt, now)],
    ["Next try", sync.retryAt === null ? null : relative(sync.retryAt, now)],
    ["Secrets", recordsText(sync)],
    ["Id", sync.id],
  ];
  return [
    paint("bold", printable(sync.name)),
    ...facts.flatMap(([name, value]) =>
      value === null ? [] : [`  ${paint("dim", name.padEnd(10))}${value}`],
    ),
    ...(failedStep === null ? [] : failedStepLines(failedStep, look, now)),
    // Where a validation failed, its step says the same.
    ...(sync.failure === null || sync.failure.code === failedStep?.failure.code
      ? []
      : failureLines("The sync as a whole", sync.failure, look)),
    ...(failedStep === null || failedStep.nextAttemptAt !== null
      ? []
      : [`Once it is mended: kvsync sync validate ${sync.id} --wait`]),
    ...(sync.awaiting === null
      ? []
      : [
          paint(
            "yellow",
            `A plan waits for approval (${sync.awaiting.asks ?? "plan"}): kvsync sync approve ${sync.id}`,
          ),
        ]),
    ...sync.warnings.map(
      ({ secretName, message }) => `${paint("yellow", "!")} ${printable(`${secretName}: ${message}`)}`,
    ),
  ];
}

function recordsText({ records }: SyncBody): string | null {
  if (records === undefined) return null;
  const parts = Object.entries(records).filter(([, count]) => count > 0);
  return parts.length === 0 ? "none" : parts.map(([state, count]) => `${count} ${state}`).join(", ");
}
