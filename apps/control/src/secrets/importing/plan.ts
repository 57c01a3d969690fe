import { createHash } from "node:crypto";
import { secretNameSchema } from "@kvsync/contracts";
import { MAX_VALUE, type ImportResult } from "@kvsync/contracts/api";
import type { KnownSecret } from "@kvsync/store";
import type { EnvFile, Variable } from "./env-file.ts";

export type ImportEntry = ImportResult["entries"][number];

/** What is wrong with a variable by itself, or null. */
export function flawOf({ name, value }: Variable): string | null {
  if (!secretNameSchema.safeParse(name).success)
    return "its name must be 1 to 255 letters, digits, underscores, hyphens or dots";
  if (value.length > MAX_VALUE)
    return `its value has ${value.length} characters, and ${MAX_VALUE} are the most`;
  return null;
}

/**
 * What an import does to each name, in the order of the file.
 *
 * @param fingerprints of each sound variable, as its secret's value where the secret is known
 */
export function planImport(
  { variables, unreadable }: EnvFile,
  known: ReadonlyMap<string, KnownSecret>,
  fingerprints: ReadonlyMap<string, Uint8Array>,
  onExisting: "update" | "skip",
): ImportEntry[] {
  const entries = variables.map((variable): ImportEntry => {
    const { name, line } = variable;
    const reason = flawOf(variable);
    if (reason !== null) return { name, line, change: "invalid", reason };
    const before = known.get(name)?.fingerprint ?? null;
    const same = before !== null && Buffer.from(before).equals(fingerprints.get(name) ?? new Uint8Array());
    const different = onExisting === "skip" ? "skipped" : "changed";
    return { name, line, change: before === null ? "new" : same ? "same" : different, reason: null };
  });
  const lost = unreadable.map((line): ImportEntry => {
    const reason = "this line is neither a variable, like NAME=value, nor a comment";
    return { name: "", line, change: "invalid", reason };
  });
  return [...entries, ...lost];
}

/**
 * A digest of what an import does and to what: another as soon as a value of the file, or a secret that it names, is
 * another. Made of keyed fingerprints, so that it tells nothing of the values.
 */
export function digestOf(
  target: Readonly<{ projectId: string; environmentId: string; onExisting: string }>,
  entries: readonly ImportEntry[],
  known: ReadonlyMap<string, KnownSecret>,
  fingerprints: ReadonlyMap<string, Uint8Array>,
): string {
  const parts = entries.map(({ name, line, change }) => [
    name,
    change === "invalid" ? line : null,
    change,
    known.get(name)?.id ?? null,
    change === "new" || change === "changed" ? (known.get(name)?.version ?? null) : null,
    Buffer.from(fingerprints.get(name) ?? []).toString("hex"),
  ]);
  return createHash("sha256")
    .update(JSON.stringify([target.projectId, target.environmentId, target.onExisting, parts]))
    .digest("hex");
}

/** How many entries there are of each kind. */
export function countsOf(entries: readonly ImportEntry[]): ImportResult["counts"] {
  const counts = { new: 0, changed: 0, same: 0, skipped: 0, invalid: 0 };
  for (const { change } of entries) counts[change] += 1;
  return counts;
}
