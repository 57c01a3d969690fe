import { randomUUID } from "node:crypto";
import { ApiError } from "@kvsync/contracts";
import { MAX_IMPORT, type importSchema, type ImportResult } from "@kvsync/contracts/api";
import {
  createSecrets,
  findForImport,
  findNames,
  raiseVersions,
  replaceValues,
  type KnownSecret,
  type PipelinedTransaction,
  type StatementSender,
} from "@kvsync/store";
import type { z } from "zod";
import { given } from "../audit.ts";
import type { SecretReach } from "../reach.ts";
import type { SecretServiceDependencies } from "../service.ts";
import { changeSource } from "../source-change.ts";
import { readEnvFile, type EnvFile } from "./env-file.ts";
import { countsOf, digestOf, flawOf, planImport, type ImportEntry } from "./plan.ts";

type Input = z.infer<typeof importSchema>;
type Planned = Readonly<{
  entries: readonly ImportEntry[];
  digest: string;
  known: ReadonlyMap<string, KnownSecret>;
}>;

/** What a secret is that an import makes. */
const KIND = { type: "runtime", dataType: "text" };
type WrittenSecret = Readonly<{ id: string; name: string }> & typeof KIND;

/**
 * Tells what an import would do, or does it: all of it or nothing.
 *
 * @throws {ApiError} 400 `IMPORT_INVALID` where something of the text can't be applied, 409 `IMPORT_CHANGED` where it
 *   would do something else than the preview said, 400 `VALIDATION` for a text that is too much at once
 */
export async function importSecrets(
  dependencies: SecretServiceDependencies,
  reach: SecretReach,
  input: Input,
): Promise<ImportResult> {
  requireSize(input.text);
  const file = readEnvFile(input.text);
  if (file.variables.length > MAX_IMPORT.secrets)
    throw new ApiError(400, "VALIDATION", `text: must have ${MAX_IMPORT.secrets} variables at most`);
  await dependencies.values.prepare([input.environmentId]);
  if (input.mode === "preview")
    return present(input, file, await plan(dependencies, dependencies.database, reach, input, file));
  return changeSource(dependencies, async (transaction) => {
    const names = file.variables.map(({ name }) => name);
    await findNames(transaction, reach.projectId, names, []);
    const planned = await plan(dependencies, transaction, reach, input, file);
    requireApplicable(planned, input.expected);
    const written = await apply(dependencies, transaction, reach, input, file, planned);
    const environmentIds = written.length > 0 ? [input.environmentId] : [];
    const made = new Set(planned.entries.flatMap(({ name, change }) => (change === "new" ? [name] : [])));
    const notes = given(reach, written, made, environmentIds);
    return { environmentIds, notes, result: present(input, file, planned) };
  });
}

async function plan(
  { values }: SecretServiceDependencies,
  database: StatementSender,
  { projectId }: SecretReach,
  { environmentId, onExisting }: Input,
  file: EnvFile,
): Promise<Planned> {
  const sound = file.variables.filter((variable) => flawOf(variable) === null);
  const names = sound.map(({ name }) => name);
  const rows = await findForImport(database, projectId, names, environmentId);
  const known = new Map(rows.map((row) => [row.name, row]));
  const fingerprints = new Map<string, Uint8Array>();
  for (const { name, value } of sound)
    fingerprints.set(name, await values.fingerprint(known.get(name)?.id ?? name, environmentId, value));
  const entries = planImport(file, known, fingerprints, onExisting);
  const target = { projectId, environmentId, onExisting };
  return { entries, known, digest: digestOf(target, entries, known, fingerprints) };
}

/** @returns what was written */
async function apply(
  { values }: SecretServiceDependencies,
  transaction: PipelinedTransaction,
  { projectId }: SecretReach,
  { environmentId }: Input,
  { variables }: EnvFile,
  { entries, known }: Planned,
): Promise<WrittenSecret[]> {
  const written = new Set(
    entries.flatMap(({ name, change }) => (change === "new" || change === "changed" ? [name] : [])),
  );
  const idOf = new Map([...known].map(([name, { id }]) => [name, id]));
  const fresh = [...written].filter((name) => !idOf.has(name));
  for (const name of fresh) idOf.set(name, randomUUID());
  createSecrets(
    transaction,
    projectId,
    fresh.map((name) => ({ id: idOf.get(name) ?? "", name, note: "", ...KIND })),
  );
  const sealed = await Promise.all(
    variables
      .filter(({ name }) => written.has(name))
      .map(({ name, value }) => values.seal(idOf.get(name) ?? "", environmentId, value)),
  );
  replaceValues(transaction, environmentId, sealed);
  raiseVersions(
    transaction,
    [...written].flatMap((name) => known.get(name)?.id ?? []),
  );
  return [...written].map((name) => ({ id: idOf.get(name) ?? "", name, ...KIND }));
}

function present({ mode }: Input, { duplicates }: EnvFile, { digest, entries }: Planned): ImportResult {
  const repeated = duplicates.map(({ name, lines }) => ({ name, lines: [...lines] }));
  return { mode, digest, counts: countsOf(entries), entries: [...entries], duplicates: repeated };
}

function requireSize(text: string): void {
  let lines = 1;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines += 1;
  if (lines > MAX_IMPORT.lines)
    throw new ApiError(
      400,
      "VALIDATION",
      `text: must have ${MAX_IMPORT.lines} lines at most, and has ${lines}`,
    );
}

function requireApplicable({ entries, digest }: Planned, expected: string | undefined): void {
  const invalid = entries.filter(({ change }) => change === "invalid");
  if (invalid.length > 0) {
    const first = invalid.slice(0, 3).map(({ name, line, reason }) => {
      const place = line === null ? "" : ` (line ${line})`;
      return `${name.slice(0, 60)}${place}: ${reason}`.trim();
    });
    throw new ApiError(
      400,
      "IMPORT_INVALID",
      `text: ${invalid.length} of its entries can't be taken, so nothing was: ${first.join("; ")}`,
    );
  }
  if (expected !== undefined && expected !== digest)
    throw new ApiError(
      409,
      "IMPORT_CHANGED",
      "The secrets, or the text, changed since the preview, and nothing was done. Look at a new preview, and apply that.",
    );
}
