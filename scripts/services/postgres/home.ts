import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { canReach, serverAccount } from "./account.ts";
import type { Account } from "./account.ts";

/** Where PostgreSQL's files lie and under which account it runs (`undefined`: ours). */
export type Home = Readonly<{ path: string; data: string; account: Account | undefined }>;

const prefix = "kvsync-postgres-";

/**
 * The home belonging to the state directory. It is the state directory itself, unless we are root and the server's
 * account can't get there (a checkout below /root, say): then it is a folder under /var/lib, whose path is
 * kept in the state directory so that the data is found again.
 */
export function openHome(directory: string): Home {
  const recorded = recordedHome(directory);
  const path = recorded ?? directory;
  const account = serverAccount(join(path, "data"));
  if (recorded !== undefined || account === undefined || canReach(account, [path])) {
    return { path, data: join(path, "data"), account };
  }
  const elsewhere = relocate(directory);
  return { path: elsewhere, data: join(elsewhere, "data"), account };
}

/** Removes the home and the state directory. The server must be down. */
export function removeHome(directory: string): void {
  const recorded = recordedHome(directory);
  if (recorded !== undefined) rmSync(recorded, { recursive: true, force: true });
  rmSync(directory, { recursive: true, force: true });
}

/**
 * Makes the state directory. Others may pass through root's, on their way to the data that only the server's
 * account can open.
 */
export function prepareDirectory(directory: string): void {
  const root = process.getuid?.() === 0;
  mkdirSync(directory, { recursive: true });
  const { uid } = statSync(directory);
  if (uid === process.getuid?.()) chmodSync(directory, root ? 0o711 : 0o700);
  else if (!root) {
    throw new Error(
      `${directory} belongs to another user (uid ${uid}), who started this before. ` +
        "Go on as that user, or remove the folder (as that user or root).",
    );
  }
}

function recordFile(directory: string): string {
  return join(directory, "home");
}

function recordedHome(directory: string): string | undefined {
  const file = recordFile(directory);
  if (!existsSync(file)) return undefined;
  const path = readFileSync(file, "utf8").trim();
  // A checkout that was copied from another machine brings a record, but not the folder.
  return basename(path).startsWith(prefix) && existsSync(path) ? path : undefined;
}

function relocate(directory: string): string {
  const path = makeFolder();
  // The files inside are private to the account; the folder itself only has to let it pass.
  chmodSync(path, 0o711);
  writeFileSync(join(path, "belongs-to"), `${directory}\n`, { mode: 0o600 });
  const data = join(directory, "data");
  if (existsSync(data)) execFileSync("mv", [data, join(path, "data")]);
  writeFileSync(recordFile(directory), `${path}\n`);
  return path;
}

function makeFolder(): string {
  try {
    return mkdtempSync(join("/var/lib", prefix));
  } catch {
    return mkdtempSync(join("/var/tmp", prefix));
  }
}
