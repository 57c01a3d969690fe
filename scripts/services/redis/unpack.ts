import { execFile } from "node:child_process";
import { existsSync, globSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { removeAtEnd } from "../lifeline.ts";
import { inspect, isNewEnough, serverEnvironment } from "./binary.ts";
import type { RedisBinary } from "./binary.ts";

const execute = promisify(execFile);

/** redis-server is a link to a program in redis-tools, so both are needed even where one is installed. */
const packages = ["redis-server", "redis-tools"];
const usualLibraries = ["libjemalloc2", "liblzf1"];

/** The Redis that `unpackRedis` put below `toolsDirectory` earlier, if it runs here. */
export async function unpackedRedis(toolsDirectory: string): Promise<RedisBinary | undefined> {
  return inspectTree(join(toolsDirectory, "redis"));
}

/**
 * Takes Redis from Debian's or Ubuntu's packages without installing anything: downloads them through apt, with the
 * system's own sources, and unpacks them below `toolsDirectory`. Needs no rights beyond writing there. `undefined`
 * where there is no apt, or it does not lead to a Redis that runs; `log` is told why.
 */
export async function unpackRedis(
  toolsDirectory: string,
  log: (line: string) => void,
): Promise<RedisBinary | undefined> {
  if (!(await runs("apt-get", ["--version"])) || !(await runs("dpkg", ["--version"]))) return undefined;
  mkdirSync(toolsDirectory, { recursive: true });
  const work = mkdtempSync(join(toolsDirectory, "redis-"));
  removeAtEnd(work);
  try {
    log("downloading Redis through apt; nothing is installed");
    const tree = join(work, "tree");
    await download(work, log);
    for (const name of readdirSync(work).filter((entry) => entry.endsWith(".deb"))) {
      await execute("dpkg", ["-x", join(work, name), tree]);
    }
    const binary = await inspectTree(tree);
    if (binary === undefined) throw new Error("the unpacked redis-server does not run on this system");
    if (!isNewEnough(binary.version))
      throw new Error(`this system's Redis ${binary.version} is older than 6.2`);
    putInPlace(tree, join(toolsDirectory, "redis"));
  } catch (error) {
    log(`apt gives no Redis: ${reason(error)}`);
    return undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return unpackedRedis(toolsDirectory);
}

/** Uses the system's package lists, and where these are missing or out of date, lists of our own. */
async function download(work: string, log: (line: string) => void): Promise<void> {
  try {
    await downloadWith(work, []);
    return;
  } catch {
    log("fetching package lists, since the system's are missing or out of date");
  }
  const lists = join(work, "lists");
  const cache = join(work, "cache");
  for (const folder of [lists, cache]) mkdirSync(join(folder, "partial"), { recursive: true });
  mkdirSync(join(cache, "archives/partial"), { recursive: true });
  const options = [`Dir::State::lists=${lists}`, `Dir::Cache=${cache}`];
  // A failure here may be that of a hook made for root only; whether the lists are there shows next.
  const update = await apt(work, options, ["update"]).catch(reason);
  await downloadWith(work, options).catch((error: unknown) => {
    throw new Error(`${reason(error)}${typeof update === "string" ? `\n${update}` : ""}`, { cause: error });
  });
}

async function downloadWith(work: string, options: readonly string[]): Promise<void> {
  await apt(work, options, ["download", ...packages, ...(await missingLibraries(work, options))]);
}

/** What an installation would bring besides: `Inst liblzf1 (3.6-3 Debian:12/stable [amd64])`. */
async function missingLibraries(work: string, options: readonly string[]): Promise<string[]> {
  try {
    const plan = await apt(work, options, [
      "--simulate",
      "install",
      "--no-install-recommends",
      "redis-server",
    ]);
    const names = [...plan.matchAll(/^Inst (\S+)/gmu)].map((match) => match[1] ?? "");
    return names.filter((name) => name !== "" && !packages.includes(name));
  } catch {
    return usualLibraries;
  }
}

async function apt(work: string, options: readonly string[], args: readonly string[]): Promise<string> {
  // As root apt would download as `_apt`, who can't write into a private folder.
  const always = ["APT::Sandbox::User=root", "Acquire::Retries=2", "Acquire::http::Timeout=20"];
  const { stdout } = await execute(
    "apt-get",
    ["-q", ...[...always, ...options].flatMap((option) => ["-o", option]), ...args],
    { cwd: work, env: { ...process.env, LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" }, timeout: 300_000 },
  );
  return stdout;
}

async function inspectTree(tree: string): Promise<RedisBinary | undefined> {
  const command = join(tree, "usr/bin/redis-server");
  if (!existsSync(command)) return undefined;
  const libraries = new Set(globSync(`${tree}/{usr/,}lib/{*-linux-*/,}*.so*`).map((path) => dirname(path)));
  return inspect(command, serverEnvironment([...libraries]));
}

function putInPlace(tree: string, target: string): void {
  rmSync(target, { recursive: true, force: true });
  try {
    renameSync(tree, target);
  } catch (error) {
    // Another start has just put its own there, which is as good.
    if (!existsSync(target)) throw error;
  }
}

async function runs(command: string, args: readonly string[]): Promise<boolean> {
  return execute(command, [...args]).then(
    () => true,
    () => false,
  );
}

function reason(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message?: string };
  return (stderr ?? "").trim() || (message ?? String(error));
}
