/**
 * The commands of whoever runs the system, on its database and past the API. In a checkout each is `npm run NAME`; in
 * the image of control all of them are `kvsync-admin NAME`.
 */
import { UsageError } from "./usage.ts";

type Command = Readonly<{
  usage: string;
  /** @returns the exit code. @throws {UsageError} for what was called wrongly */
  run: (args: string[]) => Promise<number>;
}>;

/** Each loads only what it needs. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  audit: () => import("./audit.ts"),
  keys: () => import("./keys.ts"),
  migrate: () => import("./migrate.ts"),
  tokens: () => import("./tokens.ts"),
  users: () => import("./users.ts"),
};

const USAGE = `Usage: kvsync-admin COMMAND …

  users    makes people and workspaces, invites, gives other passwords, lists
  tokens   makes API tokens that belong to no person
  keys     shows and rotates the keys that sign assertions
  audit    verifies, shows and exports the audit log
  migrate  brings the database to this version

kvsync-admin COMMAND --help says more.`;

const [name = "", ...args] = process.argv.slice(2);
process.exitCode = await runCommand(Object.hasOwn(commands, name) ? await commands[name]?.() : undefined);

/** Runs it. What goes wrong is told in a line; `--help` shows how it is used. */
async function runCommand(command: Command | undefined): Promise<number> {
  const usage = command?.usage ?? USAGE;
  if (name === "--help" || name === "-h" || args.includes("--help") || args.includes("-h")) {
    console.log(usage);
    return 0;
  }
  try {
    if (command === undefined) throw new UsageError(usage);
    return await command.run(args);
  } catch (error) {
    console.error(explain(error, usage));
    return 1;
  }
}

function explain(error: unknown, usage: string): string {
  if (error instanceof UsageError) return error.message;
  if (!(error instanceof Error)) return "Something failed that is no error.";
  const code: unknown = "code" in error ? error.code : undefined;
  if (typeof code === "string" && code.startsWith("ERR_PARSE_ARGS")) return `${error.message}\n\n${usage}`;
  if (code === "ECONNREFUSED" || code === "P1001")
    return "PostgreSQL can't be reached at DATABASE_URL. Where it is that of “npm start”, start that first.";
  if (code === "P2021")
    return "The database has no tables yet. Run “npm run migrate” first (“kvsync-admin migrate” in a container).";
  return error.message;
}
