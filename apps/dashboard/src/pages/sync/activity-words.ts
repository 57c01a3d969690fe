import type { SyncEvent } from "../../api/sync.ts";
import { fieldWords, valueWords } from "../../components/audit-words.ts";

const NAMES: Readonly<Record<string, string>> = {
  secretName: "secret",
  vaultName: "in the vault",
  planId: "plan",
  secretIds: "secrets",
};
/** A name tells more than an id, which stands beside it. */
const LEFT_OUT = new Set(["secretId"]);

/** An event in a few words: its fields, and the settings that it changed; of a run, what it did. */
export function detailWords({
  action,
  fields,
  before,
  after,
}: Pick<SyncEvent, "action" | "fields" | "before" | "after">): string {
  if (action === "run.ended") return runWords(fields);
  const told = Object.entries(fields)
    .filter(([name, value]) => value !== null && !(LEFT_OUT.has(name) && "secretName" in fields))
    .map(([name, value]) => `${NAMES[name] ?? fieldWords(name)}: ${inLine(value)}`);
  const changed = Object.entries(after ?? {}).map(([name, value]) => {
    const was = before?.[name];
    return was === undefined || was === null || was === ""
      ? `${fieldWords(name)}: ${inLine(value)}`
      : `${fieldWords(name)}: ${inLine(was)} → ${inLine(value)}`;
  });
  return [...told, ...changed].join(", ");
}

const inLine = (value: unknown): string => (value === "" ? "none" : valueWords(value).replaceAll("\n", " "));

/** What a worker's run did to the vault, without what it did none of. */
function runWords({ state, failureCode, valuesRead, ...fields }: SyncEvent["fields"]): string {
  const ended = typeof failureCode === "string" ? failureCode : String(state).replaceAll("_", " ");
  const counts = ["created", "updated", "adopted", "recovered", "repaired", "deleted", "failed"].flatMap(
    (what) => (typeof fields[what] === "number" && fields[what] > 0 ? [`${fields[what]} ${what}`] : []),
  );
  return [ended, ...counts, `values read: ${String(valuesRead)}`].join(", ");
}
