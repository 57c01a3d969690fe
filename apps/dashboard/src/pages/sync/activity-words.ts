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

/** An event in a few words: its fields, and the settings that it changed. */
export function detailWords({
  fields,
  before,
  after,
}: Pick<SyncEvent, "fields" | "before" | "after">): string {
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
