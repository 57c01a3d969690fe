import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "dotenv";
import { stateDirectory } from "./start/state.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Where Prisma's migrations lie. */
export const MIGRATIONS = join(root, "prisma/migrations");

/** Thrown for what the person at the terminal can put right. Its message is shown as it stands. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** A setting from the environment, or else from what `npm start` wrote. @throws {UsageError} */
export function requireSetting(name: string): string {
  const value = process.env[name] || keptSettings()[name];
  if (value === undefined || value === "")
    throw new UsageError(
      `${name} isn't set. Set it, or run “npm start” once, which keeps its own in ${stateDirectory()}.`,
    );
  return value;
}

function keptSettings(): Record<string, string> {
  const file = join(stateDirectory(), "settings.env");
  return existsSync(file) ? parse(readFileSync(file)) : {};
}

/**
 * Runs a command and ends with its exit code. What goes wrong is told in a line; `--help` shows `usage`.
 */
export async function runCommand(usage: string, command: (args: string[]) => Promise<number>): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes("--help") || args.includes("-h")) {
    console.log(usage);
    return;
  }
  try {
    process.exitCode = await command(args);
  } catch (error) {
    console.error(explain(error, usage));
    process.exitCode = 1;
  }
}

function explain(error: unknown, usage: string): string {
  if (error instanceof UsageError) return error.message;
  if (!(error instanceof Error)) return "Something failed that is no error.";
  const code: unknown = "code" in error ? error.code : undefined;
  if (typeof code === "string" && code.startsWith("ERR_PARSE_ARGS")) return `${error.message}\n\n${usage}`;
  if (code === "ECONNREFUSED" || code === "P1001")
    return "PostgreSQL can't be reached at DATABASE_URL. Where it is that of “npm start”, start that first.";
  if (code === "P2021") return "The database has no tables yet. Run “npm run migrate” first.";
  return error.message;
}
