/** The command `tokens`: makes API tokens past the API, for whoever runs the system. */
import { parseArgs } from "node:util";
import { createOperatorToken } from "@kvsync/control/first-start";
import { findWorkspace, openDatabase } from "@kvsync/store";
import { requireSetting } from "./settings.ts";
import { callOf, UsageError } from "./usage.ts";

const ROLES = ["admin", "developer", "member"] as const;

export const usage = `Usage: ${callOf("tokens create [--name NAME] [--role admin|developer|member] [--read] [--workspace SLUG]")}

Makes an API token for a whole workspace, without an end, and prints it once.

  --name       what the token is called (made on a terminal)
  --role       what its owner may do (admin)
  --read       a token that can only read; a member's always is
  --workspace  slug or id of the workspace (default)

DATABASE_URL comes from the environment, or from what “npm start” keeps in .kvsync/ or
where KVSYNC_STATE says.`;

/** @returns the exit code. @throws {UsageError} for what was called wrongly, or can't be done */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      name: { type: "string", default: "made on a terminal" },
      role: { type: "string", default: "admin" },
      read: { type: "boolean", default: false },
      workspace: { type: "string", default: "default" },
    },
  });
  if (positionals.length !== 1 || positionals[0] !== "create") throw new UsageError(usage);
  const role = ROLES.find((known) => known === values.role);
  if (role === undefined) throw new UsageError(`--role must be one of ${ROLES.join(", ")}.`);
  const name = values.name.trim();
  if (name === "" || name.length > 64) throw new UsageError("--name must have 1 to 64 characters.");

  const database = openDatabase(requireSetting("DATABASE_URL"), 2);
  try {
    const workspace = await findWorkspace(database, values.workspace);
    if (workspace === null)
      throw new UsageError(
        `There is no workspace “${values.workspace}”. Control makes “default” at its first start.`,
      );
    const permission = values.read || role === "member" ? "read" : "read-write";
    const wish = { workspaceId: workspace.id, name, role, permission } as const;
    console.log(await database.$transaction((transaction) => createOperatorToken(transaction, wish)));
    return 0;
  } finally {
    await database.$disconnect();
  }
}
