import type { SyncEvent } from "../../api/sync.ts";
import { fieldWords, valueWords } from "../../components/audit-words.ts";
import { COUNTS } from "../../components/run-words.ts";
import { shownState } from "../../components/state.ts";

const NAMES: Readonly<Record<string, string>> = {
  secretName: "secret",
  vaultName: "in the vault",
  planId: "plan",
  secretIds: "secrets",
};
/** Ids that tell people nothing: beside a name, or of what has no page. */
const isLeftOut = (field: string, fields: object): boolean =>
  field === "validationId" || (field === "secretId" && "secretName" in fields);

/** An event in a few words: its fields, and the settings that it changed; of a run, what it did. */
export function detailWords({
  action,
  fields,
  before,
  after,
}: Pick<SyncEvent, "action" | "fields" | "before" | "after">): string {
  if (action === "run.ended") return runWords(fields);
  const told = Object.entries(fields)
    .filter(([name, value]) => value !== null && !isLeftOut(name, fields))
    .map(([name, value]) => `${NAMES[name] ?? fieldWords(name)}: ${inLine(name, value)}`);
  const changed = Object.entries(after ?? {}).map(([name, value]) => {
    const was = before?.[name];
    return was === undefined || was === null || was === ""
      ? `${fieldWords(name)}: ${inLine(name, value)}`
      : `${fieldWords(name)}: ${inLine(name, was)} → ${inLine(name, value)}`;
  });
  return [...told, ...changed].join(", ");
}

function inLine(name: string, value: unknown): string {
  if (value === "") return "none";
  if (name === "state" && typeof value === "string") return shownState(value).label;
  return valueWords(value).replaceAll("\n", " ");
}

/** What a worker's run did to the vault, without what it did none of. */
function runWords({ state, failureCode, valuesRead, ...fields }: SyncEvent["fields"]): string {
  const ended = typeof failureCode === "string" ? failureCode : shownState(String(state)).label;
  const counts = COUNTS.flatMap(([what, word]) => {
    const count = fields[what];
    return typeof count === "number" && count > 0 ? [`${count.toLocaleString("en")} ${word}`] : [];
  });
  return [ended, ...counts, `values read: ${String(valuesRead)}`].join(", ");
}
