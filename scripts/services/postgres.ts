import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ChildFailedError, startChild } from "./child.ts";
import type { Child, Exit } from "./child.ts";
import { acquireLock } from "./lock.ts";
import { freePort, rememberedPort } from "./ports.ts";
import { openCluster, serverEnvironment } from "./postgres/cluster.ts";
import { openHome, prepareDirectory, removeHome } from "./postgres/home.ts";
import type { Home } from "./postgres/home.ts";
import { nativeFor } from "./postgres/native.ts";
import type { Native } from "./postgres/native.ts";
import { endOrphan } from "./postgres/orphan.ts";
import { isSocketPath } from "./socket-path.ts";

export type PostgresOptions = Readonly<{
  /** The state of this server alone: password, port, log and, unless root must put it elsewhere, the data. */
  directory: string;
  /** The port to prefer on the first start; later ones prefer the last. */
  port?: number;
  /** False makes it faster and lets a power cut destroy the data: for tests. */
  durable?: boolean;
  /** Told what takes time or is unusual, in words for a person. */
  log: (line: string) => void;
}>;

export type PostgresServer = Readonly<{
  /** As superuser, to the database `postgres`. */
  url: string;
  /**
   * The same through the server's socket, which takes half the CPU of a loopback connection for each message; or `url`
   * where the folder's path is too long for one.
   */
  socketUrl: string;
  port: number;
  pid: number;
  /** The folder of the data: `directory`, or one elsewhere when root could not use that (see postgres/home.ts). */
  home: string;
  exited: Promise<Exit>;
  stop: () => Promise<void>;
}>;

/**
 * A real PostgreSQL 18 from the npm package, on 127.0.0.1 and a socket of its own, with the data of the last start. It ends with this
 * process, however that ends. One directory serves one process at a time; what a dead one left running is ended.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const { durable = true, log } = options;
  const directory = resolve(options.directory);
  prepareDirectory(directory);
  const lock = acquireLock(join(directory, "lock"), `the PostgreSQL in ${directory}`);
  try {
    const home = openHome(directory);
    const native = nativeFor(home);
    const password = await openCluster(home, native, {
      passwordFile: join(directory, "password"),
      durable,
      log,
    });
    await endOrphan(home.data, log);
    const { child, port } = await serve(directory, home, native, options);
    const stop = async (): Promise<void> => {
      await child.stop();
      lock.release();
    };
    const url = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
    const folder = socketFolder(home);
    const socketUrl = folder === "" ? url : `${url}?host=${encodeURIComponent(folder)}`;
    return { url, socketUrl, port, pid: child.pid, home: home.path, exited: child.exited, stop };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Removes everything that `startPostgres` keeps for this directory, wherever it lies. Fails while it runs. */
export async function removePostgres(options: Pick<PostgresOptions, "directory" | "log">): Promise<void> {
  const directory = resolve(options.directory);
  if (!existsSync(directory)) return;
  const lock = acquireLock(join(directory, "lock"), `the PostgreSQL in ${directory}`);
  try {
    await endOrphan(openHome(directory).data, options.log);
    removeHome(directory);
  } finally {
    lock.release();
  }
}

/** Tries again where the port was snatched away, or the memory of a killed predecessor is still being let go. */
async function serve(
  directory: string,
  home: Home,
  native: Native,
  options: PostgresOptions,
): Promise<{ child: Child; port: number }> {
  let port = await rememberedPort(join(directory, "port"), options.port);
  for (let attempt = 1; ; attempt++) {
    try {
      return { child: await launch(directory, home, native, port, options.durable ?? true), port };
    } catch (error) {
      if (attempt === 10 || !(error instanceof ChildFailedError)) throw error;
      const leftovers = error.lastLines.some((line) => line.includes("pre-existing shared memory block"));
      if (leftovers) await delay(500);
      else if ((await freePort(port)) === port) throw error;
      port = await rememberedPort(join(directory, "port"));
    }
  }
}

async function launch(
  directory: string,
  home: Home,
  native: Native,
  port: number,
  durable: boolean,
): Promise<Child> {
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: socketFolder(home),
    unix_socket_permissions: "0700",
    max_connections: "200",
    timezone: "UTC",
    log_timezone: "UTC",
    ...(durable ? {} : { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
  };
  return startChild({
    name: "PostgreSQL",
    command: native.postgres,
    args: [
      "-D",
      home.data,
      "-p",
      String(port),
      ...Object.entries(settings).flatMap(([k, v]) => ["-c", `${k}=${v}`]),
    ],
    env: serverEnvironment(native),
    cwd: home.path,
    ...(home.account === undefined ? {} : { account: home.account }),
    logFile: join(directory, "postgres.log"),
    ready: { check: (pid) => saysReady(home.data, pid) },
    // Recovery after an unclean end can take long.
    readyWithinMs: 120_000,
    // SIGINT is PostgreSQL's "fast" shutdown: it does not wait for its clients to leave, as SIGTERM does.
    stopSignal: "SIGINT",
    stopWithinMs: 15_000,
  });
}

/** Where the server puts its socket: among its data, which nobody else can open; empty where the path is too long. */
function socketFolder({ data }: Home): string {
  // A comma would make two folders of it.
  return isSocketPath(join(data, ".s.PGSQL.65535")) && !data.includes(",") ? data : "";
}

/** The postmaster keeps its state in the eighth line of its file. */
function saysReady(data: string, pid: number): boolean {
  try {
    const lines = readFileSync(join(data, "postmaster.pid"), "utf8").split("\n");
    return Number(lines[0]) === pid && lines[7]?.trim() === "ready";
  } catch {
    return false;
  }
}
