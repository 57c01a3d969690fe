import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Home } from "./home.ts";
import type { Native } from "./native.ts";

const run = promisify(execFile);
const major = "18";

/**
 * The password of the superuser, after making sure that the data directory exists. The password lies beside the
 * state, readable only for us. An initdb that was interrupted leaves nothing that counts.
 */
export async function openCluster(
  home: Home,
  native: Native,
  options: Readonly<{ passwordFile: string; durable: boolean; log: (line: string) => void }>,
): Promise<string> {
  const { passwordFile, durable, log } = options;
  if (existsSync(home.data)) {
    checkVersion(home.data);
    return readPassword(passwordFile, home.data);
  }
  log("creating the PostgreSQL data directory");
  const password = randomBytes(24).toString("base64url");
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  await initialise(home, native, password, durable);
  return password;
}

/** What a server program needs to see; the caller's PG… variables and language are none of it. */
export function serverEnvironment(native: Native): NodeJS.ProcessEnv {
  return { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC", LD_LIBRARY_PATH: native.libraries };
}

async function initialise(home: Home, native: Native, password: string, durable: boolean): Promise<void> {
  const draft = join(home.path, "data.draft");
  const handed = join(home.path, "password.draft");
  rmSync(draft, { recursive: true, force: true });
  rmSync(handed, { force: true });
  mkdirSync(draft, { mode: 0o700 });
  writeFileSync(handed, `${password}\n`, { mode: 0o600 });
  if (home.account !== undefined) {
    for (const path of [draft, handed]) chownSync(path, home.account.uid, home.account.gid);
  }
  try {
    const flags = {
      pgdata: draft,
      username: "postgres",
      pwfile: handed,
      auth: "scram-sha-256",
      // The same sorting on every machine, whatever locales it has.
      encoding: "UTF8",
      locale: "C",
      "locale-provider": "builtin",
      "builtin-locale": "C.UTF-8",
    };
    await run(
      native.initdb,
      [
        ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
        ...(durable ? [] : ["--no-sync"]),
      ],
      { cwd: home.path, env: serverEnvironment(native), ...home.account },
    );
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`PostgreSQL's initdb failed:\n${stdout}${stderr}`, { cause: error });
  } finally {
    rmSync(handed, { force: true });
  }
  renameSync(draft, home.data);
}

function checkVersion(data: string): void {
  const found = readFileSync(join(data, "PG_VERSION"), "utf8").trim();
  if (found !== major) {
    throw new Error(
      `${data} was made by PostgreSQL ${found}, this is PostgreSQL ${major}. Start anew with --fresh.`,
    );
  }
}

function readPassword(file: string, data: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new Error(`the password to ${data} is missing (${file}). Start anew with --fresh.`, {
      cause: error,
    });
  }
}
