import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { usageError } from "../cli-error.ts";

/**
 * What a project's file says. No server: a file in a repository must not decide where a token of the environment is
 * sent to.
 */
export type ProjectFile = Readonly<{ workspace?: string; project?: string; environment?: string }>;

const NAMES = [".kvsync.json", ".enkryptify.json"];
const FIELDS = ["workspace", "project", "environment"] as const;

/** The nearest project file, in the folder or above it. @throws {CliError} when it says something else */
export async function nearestProjectFile(folder: string): Promise<ProjectFile> {
  for (let at = folder; ; at = dirname(at)) {
    for (const name of NAMES) {
      const path = join(at, name);
      const text = await textOf(path);
      if (text !== undefined) return parseProjectFile(text, path);
    }
    if (dirname(at) === at) return {};
  }
}

/** @throws {CliError} naming the field that is wrong */
export function parseProjectFile(text: string, path: string): ProjectFile {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw usageError(`${path} isn't JSON.`, 'It looks like {"workspace": "default", "project": "webshop"}.');
  }
  if (typeof content !== "object" || content === null || Array.isArray(content))
    throw usageError(`${path} must hold an object.`);
  const given = content as Readonly<Record<string, unknown>>;
  const found: { -readonly [Field in keyof ProjectFile]: string } = {};
  for (const field of FIELDS) {
    const value = given[field];
    if (value === undefined) continue;
    if (typeof value !== "string" || value.trim() === "")
      throw usageError(`${path}: ${field} must be a text that isn't empty.`);
    found[field] = value;
  }
  return found;
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "EISDIR" || code === "ENOTDIR") return undefined;
    throw usageError(`${path} can't be read (${code ?? "unknown"}).`);
  }
}
