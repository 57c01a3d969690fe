/**
 * Makes an empty checkout ready and runs a TypeScript entry on the Node it was written for:
 *
 *   node scripts/bootstrap.mjs [entry.ts [args…]]
 *
 * It runs on what the machine has, Node 20 or later, before any dependency is there; so it is JavaScript, alone, and
 * uses nothing newer. Without an entry it only makes ready. Where all is ready it adds a few milliseconds.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const binaries = join(modules, ".bin");
const nodePackage = join(modules, "node");
const installStamp = join(modules, ".kvsync-install");
const schema = join(root, "prisma/schema");
const client = join(root, "packages/store/src/generated");
const clientStamp = join(client, ".schema-hash");
const dashboard = join(root, "apps/dashboard");
const built = join(dashboard, "dist");
const builtStamp = join(built, ".source-hash");
const clientLink = join(binaries, "kvsync");
const wanted = 24;

const own = Number(process.versions.node.split(".")[0]);
if (own < 20) fail(`kvsync needs Node 20 or later to start; this is Node ${process.versions.node}.`);
if (process.platform === "win32") fail("kvsync runs on Linux and macOS. On Windows, use it inside WSL.");

if (!isReady()) withLock(makeReady);
const [entry, ...args] = process.argv.slice(2);
if (entry !== undefined) run(entry, args);

function isReady() {
  return isInstalled() && nodeToUse() !== undefined && isLinked() && isGenerated() && isBuilt();
}

function makeReady() {
  if (!isInstalled()) install();
  if (nodeToUse() === undefined) installNode();
  if (!isLinked()) link();
  if (!isGenerated()) generate();
  if (!isBuilt()) build();
}

// ---- Dependencies

function isInstalled() {
  const lock = read(join(root, "package-lock.json"));
  if (lock === undefined) fail("package-lock.json is missing; this is no complete checkout.");
  if (read(installStamp) === hash([lock])) return true;
  if (!installedByHand(lock)) return false;
  fs.writeFileSync(installStamp, hash([lock]));
  return true;
}

/** Whether `npm ci` or `npm install` has put just these versions there; npm keeps a record of what it installed. */
function installedByHand(lock) {
  const record = read(join(modules, ".package-lock.json"));
  if (record === undefined) return false;
  const present = JSON.parse(record).packages;
  return Object.entries(JSON.parse(lock).packages).every(
    ([path, { version, link, optional, devOptional }]) => {
      if (path === "" || link) return true;
      // What is optional may be for another system.
      return path in present ? present[path].version === version : Boolean(optional || devOptional);
    },
  );
}

/**
 * Without install scripts, whatever npm's version and settings: only `node` has one that is needed, which
 * `installNode` runs itself (and PostgreSQL's package, see services/postgres/native.ts).
 */
function install() {
  const say = progress("Installing dependencies");
  // The log level is ours: under “npm start --silent” npm would inherit silence, and its reasons be lost.
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  const flags = ["--ignore-scripts", "--include=dev", "--include=optional", ...quiet];
  let result = npm(["ci", ...flags]);
  // npm 11.19 refuses a lock file whose builds for other systems aren't those that the registry in use has, be it
  // that they came later or that it lacks them. This other command installs the same versions for this system and
  // leaves the lock file alone too.
  if (result.status !== 0 && lacksOnlyForeignBuilds(result.output)) {
    result = npm(["install", "--no-save", ...flags]);
  }
  if (result.status !== 0) {
    say("failed");
    process.stderr.write(result.output);
    process.exit(result.status ?? 1);
  }
  fs.writeFileSync(installStamp, hash([read(join(root, "package-lock.json"))]));
  say("done");
}

/** Whether all that npm misses in the lock file is optional there: anything else is a lock file out of date. */
function lacksOnlyForeignBuilds(output) {
  const { packages } = JSON.parse(read(join(root, "package-lock.json")));
  const optional = new Set(
    Object.values(packages).flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies)),
  );
  const complaints = output.match(/(Missing|Invalid): .*/g) ?? [];
  const missing = complaints.map((line) => /^Missing: (@?[^@\s]+)@\S* from lock file/.exec(line)?.[1]);
  return missing.length > 0 && missing.every((name) => name !== undefined && optional.has(name));
}

function npm(commandLine) {
  const { status, stdout, stderr, error } = spawnSync("npm", commandLine, {
    cwd: root,
    env: { ...process.env, PATH: pathWithoutModules() },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error)
    fail(`npm could not be run (${error.message}). It comes with Node; make sure it is on the PATH.`);
  return { status, output: `${stdout}${stderr}` };
}

// ---- Node

/** The Node to run the entry with: that of the npm package, or our own where there is none and it is new enough. */
function nodeToUse() {
  const packaged = join(nodePackage, "bin/node");
  if (fs.existsSync(packaged) && fs.existsSync(join(binaries, "node"))) return packaged;
  return own >= wanted && !fs.existsSync(nodePackage) ? process.execPath : undefined;
}

/** Does what the package's install script would do, and puts the link where npm left it out. */
function installNode() {
  const say = progress(`Installing Node ${wanted}`);
  const env = { ...process.env, PATH: pathWithoutModules() };
  const installed = spawnSync("node", ["installArchSpecificPackage"], {
    cwd: nodePackage,
    env,
    encoding: "utf8",
  });
  const packaged = join(nodePackage, "bin/node");
  const probe = spawnSync(packaged, ["--version"], { encoding: "utf8" });
  if (probe.status !== 0 || !probe.stdout.startsWith(`v${wanted}.`)) {
    say("failed");
    process.stderr.write(`${installed.stdout}${installed.stderr}${probe.stderr ?? probe.error}\n`);
    fs.rmSync(join(nodePackage, "bin"), { recursive: true, force: true });
    if (own < wanted)
      fail(`The npm package "node" gives no Node ${wanted} here. Install Node ${wanted} yourself.`);
    // So that the next start does not try again.
    fs.rmSync(nodePackage, { recursive: true, force: true });
    return;
  }
  if (!fs.existsSync(join(binaries, "node"))) {
    fs.rmSync(join(binaries, "node"), { force: true });
    fs.symlinkSync("../node/bin/node", join(binaries, "node"));
  }
  say("done");
}

/** The packaged Node must not be what installs it, nor npm's shebang resolve to one that is about to vanish. */
function pathWithoutModules() {
  const folders = (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => !folder.includes("node_modules"));
  const ours = dirname(process.execPath);
  return (ours.includes("node_modules") ? folders : [ours, ...folders]).join(delimiter);
}

// ---- The command-line client

function isLinked() {
  return fs.existsSync(clientLink);
}

/** What npm does where it installs anew; “npx kvsync” without it would look for a stranger's package. */
function link() {
  fs.rmSync(clientLink, { force: true });
  fs.symlinkSync("../@kvsync/cli/bin/kvsync.mjs", clientLink);
}

// ---- Prisma's client

function isGenerated() {
  return !fs.existsSync(schema) || read(clientStamp) === schemaHash();
}

function generate() {
  const say = progress("Generating the database client");
  const { status, stdout, stderr } = spawnSync(
    nodeToUse(),
    [join(modules, "prisma/build/index.js"), "generate"],
    {
      cwd: root,
      // It looks for its native engine first, though it does not use it here.
      env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: "/bin/true", PATH: path() },
      encoding: "utf8",
    },
  );
  if (status !== 0) {
    say("failed");
    process.stderr.write(`${stdout}${stderr}`);
    process.exit(status ?? 1);
  }
  fs.mkdirSync(client, { recursive: true });
  fs.writeFileSync(clientStamp, schemaHash());
  say("done");
}

function schemaHash() {
  const files = fs.readdirSync(schema).toSorted();
  return hash([
    read(join(root, "prisma.config.ts")) ?? "",
    read(join(modules, "prisma/package.json")) ?? "",
    ...files.flatMap((name) => [name, read(join(schema, name)) ?? ""]),
  ]);
}

// ---- The dashboard

function isBuilt() {
  return !fs.existsSync(join(dashboard, "index.html")) || read(builtStamp) === dashboardHash();
}

/** Beside what is served now, and then in its place: a browser that loads a page meanwhile misses nothing. */
function build() {
  const say = progress("Building the dashboard");
  const sources = dashboardHash();
  const fresh = `${built}.fresh`;
  const { status, stdout, stderr } = spawnSync(
    nodeToUse(),
    [join(modules, "vite/bin/vite.js"), "build", "--logLevel=warn", "--outDir", fresh, "--emptyOutDir"],
    { cwd: dashboard, env: { ...process.env, NODE_ENV: "production", PATH: path() }, encoding: "utf8" },
  );
  if (status !== 0) {
    say("failed");
    process.stderr.write(`${stdout}${stderr}`);
    process.exit(status ?? 1);
  }
  fs.writeFileSync(join(fresh, ".source-hash"), sources);
  fs.rmSync(built, { recursive: true, force: true });
  fs.renameSync(fresh, built);
  say("done");
}

/** Of all that the build reads: the dashboard, the contracts that it shares, and the dependencies. */
function dashboardHash() {
  const sources = ["src", "public", "index.html", "vite.config.ts", "package.json", "tsconfig.json"];
  const files = [
    ...sources.flatMap((name) => filesIn(join(dashboard, name))),
    ...filesIn(join(root, "packages/contracts/src")),
    join(root, "package-lock.json"),
  ].filter((file) => !/\.test\.tsx?$/.test(file));
  return hash(files.flatMap((file) => [file.slice(root.length), read(file) ?? ""]));
}

/** The file itself, or all below a folder, in a fixed order. */
function filesIn(place) {
  if (!fs.statSync(place).isDirectory()) return [place];
  return fs
    .readdirSync(place)
    .toSorted()
    .flatMap((name) => filesIn(join(place, name)));
}

// ---- The entry

/**
 * Runs the entry with our streams and ends as it ends. In a terminal Ctrl-C reaches it without us, and a signal meant
 * for us alone does not, which look the same from here; so an entry may tell that it is stopping already (see
 * services/stop.ts), and only one that does not is sent the signal, once.
 */
function run(script, scriptArgs) {
  const node = nodeToUse();
  const child = spawn(node, ["--", resolve(script), ...scriptArgs], {
    env: { ...process.env, PATH: path() },
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  let stopping = false;
  let forwarded = false;
  child.on("message", (message) => {
    if (message && message.stopping) stopping = true;
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      if (forwarded) return;
      forwarded = true;
      setTimeout(() => stopping || child.kill(signal), 200);
    });
  }
  // npm passes SIGTERM to the shell between it and us, which dies of it and tells nobody.
  if (process.env.npm_lifecycle_event !== undefined) {
    const parent = process.ppid;
    setInterval(() => process.ppid === parent || process.emit("SIGTERM"), 500).unref();
  }
  child.on("error", (error) => fail(`${node} could not be started: ${error.message}`));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

function path() {
  return [binaries, process.env.PATH].join(delimiter);
}

// ---- One at a time

/** Runs `work` while no other start does; when one was at it, looks again what there is left to do. */
function withLock(work) {
  const lock = join(root, ".tools/bootstrap.lock");
  const draft = `${lock}.${process.pid}`;
  fs.mkdirSync(dirname(lock), { recursive: true });
  fs.writeFileSync(draft, String(process.pid));
  for (let told = false; !tryLink(draft, lock); told = true) {
    const holder = read(lock);
    if (holder !== undefined && !isAlive(Number(holder))) discard(lock, holder);
    else if (!told) process.stderr.write(`Waiting for the set-up by process ${holder}…\n`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
  fs.rmSync(draft);
  const unlock = () => read(lock) === String(process.pid) && fs.rmSync(lock, { force: true });
  process.on("exit", unlock);
  work();
  unlock();
}

/** Removes a dead process's lock, unless it has just become a live one's: that is put back. */
function discard(lock, stale) {
  const aside = `${lock}.stale.${process.pid}`;
  try {
    fs.renameSync(lock, aside);
  } catch {
    return;
  }
  if (read(aside) !== stale) tryLink(aside, lock);
  fs.rmSync(aside, { force: true });
}

function tryLink(from, to) {
  try {
    fs.linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
  // Dead, but nobody has waited for it: containers without an init process keep such for long.
  return !/\) Z /.test(read(`/proc/${pid}/stat`) ?? "");
}

// ---- Small things

function progress(what) {
  const since = Date.now();
  process.stderr.write(`${what}…`);
  return (outcome) => process.stderr.write(` ${outcome} (${((Date.now() - since) / 1000).toFixed(0)} s)\n`);
}

function hash(parts) {
  const sum = createHash("sha256");
  for (const part of parts) sum.update(part).update("\0");
  return sum.digest("hex");
}

function read(file) {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
