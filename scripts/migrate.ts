/** `npm run migrate`: brings the database to this version. */
import { parseArgs } from "node:util";
import { applyMigrations } from "@kvsync/store";
import { MIGRATIONS, requireSetting, runCommand } from "./settings.ts";

const USAGE = `Usage: npm run migrate

Applies the migrations that the database lacks. It may run beside control, and again.

DATABASE_URL comes from the environment, or from what “npm start” keeps in .kvsync/.`;

await runCommand(USAGE, async (args) => {
  parseArgs({ args, options: {} });
  const applied = await applyMigrations(requireSetting("DATABASE_URL"), MIGRATIONS);
  for (const name of applied) console.log(`applied ${name}`);
  if (applied.length === 0) console.log("Nothing to do: the database is up to date.");
  return 0;
});
