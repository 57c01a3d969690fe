import type { FailureBody, RecordBody } from "@kvsync/contracts/api";
import type { Look } from "../output/output.ts";
import { printable, wrap } from "../output/printable.ts";
import { relative } from "../output/time.ts";

/** A failure as lines: its code, what happened, and what to do. */
export function failureLines(
  title: string,
  failure: Pick<FailureBody, "code" | "message" | "hint">,
  { paint, width }: Look,
): string[] {
  const room = Math.max(40, width - 4);
  return [
    `${paint("red", "✗")} ${paint("bold", printable(title))}  ${paint("dim", failure.code)}`,
    ...wrap(printable(failure.message), room).map((line) => `    ${line}`),
    ...wrap(printable(failure.hint), room).map((line) => `    ${paint("cyan", line)}`),
  ];
}

/** The records that fail, each with what to do about it; and how many more there are. */
export function recordFailureLines(
  records: readonly RecordBody[],
  total: number,
  look: Look,
  now: number,
): string[] {
  const lines = records.flatMap(({ secretName, vaultName, failure, nextAttemptAt }) => {
    if (failure === null) return [];
    const title =
      vaultName === null || vaultName === secretName ? secretName : `${secretName} → ${vaultName}`;
    const again =
      nextAttemptAt === null ? [] : [`    ${look.paint("dim", `Next try ${relative(nextAttemptAt, now)}.`)}`];
    return [...failureLines(title, failure, look), ...again];
  });
  const more = total - records.length;
  return more > 0 ? [...lines, `… and ${more} more; see them with --limit ${total}.`] : lines;
}
