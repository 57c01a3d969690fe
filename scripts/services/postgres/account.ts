import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";

/** Another account than ours, under which a process is run. */
export type Account = Readonly<{ uid: number; gid: number }>;

/**
 * The account PostgreSQL must run under: `undefined` means our own. PostgreSQL refuses to run as root, so root
 * borrows the account that owns the data already, else one that every system has. None is created. The account
 * must have a name, for initdb asks for it.
 */
export function serverAccount(dataDirectory: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = statSync(dataDirectory, { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  for (const name of ["postgres", "nobody"]) {
    const account = lookUp(name);
    if (account !== undefined) return account;
  }
  throw new Error(
    "PostgreSQL refuses to run as root, and this system has no account `postgres` or `nobody` to run it under. " +
      "Run the command as a normal user, or let DATABASE_URL name a PostgreSQL that runs already.",
  );
}

/** Whether the account (or we, if `undefined`) finds each path in reach: a folder to pass, a file to read. */
export function canReach(account: Account | undefined, paths: readonly string[]): boolean {
  const script =
    'for path; do if [ -d "$path" ]; then [ -x "$path" ]; else [ -r "$path" ]; fi || exit 1; done';
  const { status } = spawnSync("/bin/sh", ["-c", script, "sh", ...paths], { ...account, cwd: "/", env: {} });
  return status === 0;
}

function lookUp(name: string): Account | undefined {
  for (const line of readFileSync("/etc/passwd", "utf8").split("\n")) {
    const [found, , uid, gid] = line.split(":");
    if (found === name && Number(uid) > 0) return { uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}
