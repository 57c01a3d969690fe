/** The command `migrate`: brings the database to this version. */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { applyMigrations } from "@kvsync/store";
import { requireSetting } from "./settings.ts";
import { callOf } from "./usage.ts";

const MIGRATIONS = fileURLToPath(new URL("../../prisma/migrations", import.meta.url));

export const usage = `Usage: ${callOf("migrate")}

Applies the migrations that the database lacks. It may run beside control, and again.

DATABASE_URL comes from the environment, or from what “npm start” keeps in .kvsync/.`;

/** @returns the exit code. @throws {UsageError} for what was called wrongly, or can't be done */
export async function run(args: string[]): Promise<number> {
  parseArgs({ args, options: {} });
  const applied = await applyMigrations(requireSetting("DATABASE_URL"), MIGRATIONS);
  for (const name of applied) console.log(`applied ${name}`);
  if (applied.length === 0) console.log("Nothing to do: the database is up to date.");
  return 0;
}
