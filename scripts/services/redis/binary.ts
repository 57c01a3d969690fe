import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A Redis (or Valkey) server program, and the environment it needs to run. */
export type RedisBinary = Readonly<{ command: string; version: string; env: NodeJS.ProcessEnv }>;

/** BullMQ needs what came with 6.2. */
const oldest = [6, 2] as const;

/** The first server on the PATH that is new enough. */
export async function redisOnPath(log: (line: string) => void): Promise<RedisBinary | undefined> {
  for (const name of ["redis-server", "valkey-server"]) {
    for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
      const command = join(folder, name);
      if (folder === "" || !isExecutable(command)) continue;
      const binary = await inspect(command, serverEnvironment());
      if (binary === undefined) log(`${command} does not run and is passed over`);
      else if (!isNewEnough(binary.version))
        log(`${command} is version ${binary.version}, too old (6.2 needed)`);
      else return binary;
    }
  }
  return undefined;
}

/** The binary at `command`, or `undefined` when it does not run. */
export async function inspect(command: string, env: NodeJS.ProcessEnv): Promise<RedisBinary | undefined> {
  try {
    const { stdout } = await run(command, ["--version"], { env, timeout: 10_000 });
    const version = / v=(\d+\.\d+\.\d+)/u.exec(stdout)?.[1];
    return version === undefined ? undefined : { command, version, env };
  } catch {
    return undefined;
  }
}

export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

/** Nothing of ours: a server has no use for our settings, least of all for the secret ones. */
export function serverEnvironment(libraries: readonly string[] = []): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };
  return libraries.length === 0 ? env : { ...env, LD_LIBRARY_PATH: libraries.join(":") };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
