import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { catalogue, type ImportResult } from "@kvsync/contracts/api";
import { CliError, usageError } from "../../cli-error.ts";
import { defineCommand } from "../../command.ts";
import { readAll, STANDARD_INPUT, type Context } from "../../context.ts";
import { exitCodes } from "../../exit-codes.ts";
import { printable } from "../../output/printable.ts";
import { confirmed } from "../../prompt.ts";
import { importLines, importSummary } from "../../show/import.ts";
import { targetOf } from "./target.ts";

export const importFile = defineCommand({
  usage: "import <file>",
  summary: "Bring the variables of a .env file into an environment, after a preview of what changes",
  examples: [
    ["secrets import .env.production --environment production", "shows what changes, and asks"],
    ["secrets import .env --dry-run --json", "what would change, by name"],
    ["vault-export | kvsync secrets import - --yes", "from the standard input, without asking"],
  ],
  positionals: {
    file: { type: "string", demandOption: true, describe: "The file's path, or - for the standard input" },
  },
  options: {
    yes: { type: "boolean", alias: "y", default: false, describe: "Don't ask" },
    "dry-run": { type: "boolean", default: false, describe: "Only show what would change" },
    "keep-existing": {
      type: "boolean",
      default: false,
      describe: "Leave secrets alone that have another value already",
    },
  },
  run: async (invocation, { file, yes, "dry-run": dryRun, "keep-existing": keepExisting }) => {
    const { context, output } = invocation;
    // What it reads there, nobody can answer.
    if (file === STANDARD_INPUT && !yes && !dryRun)
      throw usageError("From the standard input nothing can be asked.", "Give --yes, or --dry-run first.");
    const text = await textOf(context, file);
    const { api, params, environment } = await targetOf(invocation);
    const body = {
      environmentId: environment.id,
      format: "env",
      text,
      onExisting: keepExisting ? "skip" : "update",
    } as const;
    const preview = await api.call(catalogue.importSecrets, { params, body: { ...body, mode: "preview" } });
    const tell = (result: ImportResult, applied: boolean): void =>
      output.result({ applied, environment, ...result }, (look) => [importSummary(result, applied, look)]);
    for (const line of importLines(preview, output.noteLook)) output.note(line);
    if (preview.counts.invalid > 0) throw invalid(preview.counts.invalid);
    if (dryRun || preview.counts.new + preview.counts.changed === 0) {
      tell(preview, false);
      return exitCodes.ok;
    }
    if (!(await confirmed(context, `Import this into “${printable(environment.name)}”?`, yes))) {
      tell(preview, false);
      return exitCodes.failed;
    }
    const applied = await api.call(catalogue.importSecrets, {
      params,
      body: { ...body, mode: "apply", expected: preview.digest },
    });
    tell(applied, true);
    return exitCodes.ok;
  },
});

/** @throws {CliError} when there is nothing to read, without telling what was read */
async function textOf(context: Context, file: string): Promise<string> {
  try {
    const text =
      file === STANDARD_INPUT ? await readAll(context.stdin) : await readText(resolve(context.cwd, file));
    if (text.trim() !== "") return text;
  } catch (error) {
    throw usageError(unreadable(file, error), "Give the path of a .env file, or - for the standard input.");
  }
  throw usageError(`${file === STANDARD_INPUT ? "The standard input" : `“${file}”`} is empty.`);
}

function unreadable(file: string, error: unknown): string {
  const name = file === STANDARD_INPUT ? "The standard input" : `“${file}”`;
  if (error instanceof TypeError) return `${name} can't be read: it isn't UTF-8 text.`;
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return `There is no file ${name}.`;
  if (code === "EISDIR") return file === "" ? "No file is named." : `${name} is a folder.`;
  if (code === "EACCES") return `${name} can't be read: you have no permission.`;
  return `${name} can't be read: ${code ?? "unknown"}.`;
}

const readText = async (path: string): Promise<string> =>
  new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path));

const invalid = (count: number): CliError =>
  new CliError({
    exitCode: exitCodes.usage,
    code: "IMPORT_INVALID",
    message: `${count} ${count === 1 ? "line isn't" : "lines aren't"} valid, so nothing was imported.`,
    hint: "Mend the lines that are named above; names are letters, digits, underscores, hyphens and dots.",
  });
