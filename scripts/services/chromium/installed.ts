import { accessSync, constants, globSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const onMac = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/** Programs on this machine that may be a Chromium, the preferred first: those on the PATH, then Playwright's own. */
export function installedChromiums(env: NodeJS.ProcessEnv): string[] {
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...onPath, onMac, ...playwrightChromiums(env)].filter(isExecutable);
}

/** What `npx playwright-core install` downloaded, the newest first: `chromium-1255/chrome-linux64/chrome`. */
function playwrightChromiums(env: NodeJS.ProcessEnv): string[] {
  const caches = [join(homedir(), ".cache"), join(homedir(), "Library/Caches")];
  const roots =
    env["PLAYWRIGHT_BROWSERS_PATH"] === undefined
      ? caches.map((cache) => join(cache, "ms-playwright"))
      : [env["PLAYWRIGHT_BROWSERS_PATH"]];
  const programs = "{chromium_headless_shell-*/*/{chrome-headless-shell,headless_shell},chromium-*/*/chrome}";
  return roots
    .flatMap((root) => globSync(join(root, programs)))
    .toSorted((one, other) => revision(other) - revision(one));
}

function revision(path: string): number {
  return Number(/chromium(?:_headless_shell)?-(\d+)/u.exec(path)?.[1] ?? 0);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
