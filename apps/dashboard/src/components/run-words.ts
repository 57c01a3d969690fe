import type { Run } from "../api/syncs.ts";

const WORDS: ReadonlyArray<readonly [keyof Run["counts"], string]> = [
  ["failed", "failed"],
  ["blocked", "blocked"],
  ["held", "waiting for approval"],
  ["created", "created"],
  ["updated", "updated"],
  ["adopted", "adopted"],
  ["recovered", "recovered"],
  ["repaired", "repaired"],
  ["deleted", "deleted"],
  ["unchanged", "unchanged"],
];

/** What a run did with the secrets, in a few words: what went wrong first. */
export function runWords({ counts }: Pick<Run, "counts">): string {
  const words = WORDS.flatMap(([what, word]) =>
    counts[what] === 0 ? [] : [`${counts[what].toLocaleString("en")} ${word}`],
  );
  return words.length === 0 ? "Nothing to do" : words.join(", ");
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
