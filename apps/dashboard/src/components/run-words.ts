import type { Run } from "../api/syncs.ts";

/** What a run counts, in words: what went wrong first. */
export const COUNTS: ReadonlyArray<readonly [keyof Run["counts"], string]> = [
  ["failed", "failed"],
  ["blocked", "blocked"],
  ["held", "waiting for approval"],
  ["created", "created"],
  ["updated", "updated"],
  ["adopted", "adopted"],
  ["recovered", "recovered"],
  ["repaired", "repaired"],
  ["deleted", "removed"],
  ["unchanged", "unchanged"],
];

/** Of a run that touched no secret; any other than these had nothing to do. */
const NOTHING: Partial<Readonly<Record<Run["state"], string>>> = {
  running: "Nothing done yet",
  awaiting_approval: "Waiting for approval",
  failed: "Nothing done",
  interrupted: "Nothing done",
};

/** What a run did with the secrets, in a few words: what went wrong first. */
export function runWords({ counts, state }: Pick<Run, "counts" | "state">): string {
  const words = COUNTS.flatMap(([what, word]) =>
    counts[what] === 0 ? [] : [`${counts[what].toLocaleString("en")} ${word}`],
  );
  return words.length === 0 ? (NOTHING[state] ?? "Nothing to do") : words.join(", ");
}

const TRIGGERS: Readonly<Record<Run["trigger"], string>> = {
  initial: "First run",
  manual: "By hand",
  change: "Changed secrets",
  schedule: "Schedule",
  retry: "Retry",
  disconnect: "Disconnecting",
};

/** What made a run begin. */
export const triggerWords = (trigger: Run["trigger"]): string => TRIGGERS[trigger];
