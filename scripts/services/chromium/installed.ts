import { accessSync, constants, globSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

const shells = ["chromium-headless-shell", "chrome-headless-shell"];
const browsers = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const onMac = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/** Programs on this machine that may be a Chromium, each kind with the preferred first: the PATH's, then Playwright's. */
type InstalledChromiums = Readonly<{
  /** Those that draw pages only. */
  shells: readonly string[];
  /** Those with all that is around a page, shown or not. */
  browsers: readonly string[];
}>;

export function installedChromiums(env: NodeJS.ProcessEnv): InstalledChromiums {
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const onPath = (names: readonly string[]): string[] =>
    names.flatMap((name) => folders.map((folder) => join(folder, name)));
  const playwrightsShells = "chromium_headless_shell-*/*/{chrome-headless-shell,headless_shell}";
  return {
    shells: [...onPath(shells), ...playwrights(env, playwrightsShells)].filter(isExecutable),
    browsers: [...onPath(browsers), onMac, ...playwrights(env, "chromium-*/*/chrome")].filter(isExecutable),
  };
}

/** What `npx playwright-core install` downloaded, the newest first: `chromium-1255/chrome-linux64/chrome`. */
function playwrights(env: NodeJS.ProcessEnv, programs: string): string[] {
  const caches = [join(homedir(), ".cache"), join(homedir(), "Library/Caches")];
  const roots =
    env["PLAYWRIGHT_BROWSERS_PATH"] === undefined
      ? caches.map((cache) => join(cache, "ms-playwright"))
      : [env["PLAYWRIGHT_BROWSERS_PATH"]];
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
