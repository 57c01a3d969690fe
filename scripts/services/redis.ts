import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ChildFailedError, startChild } from "./child.ts";
import type { Child, Exit } from "./child.ts";
import { acquireLock } from "./lock.ts";
import { freePort, rememberedPort } from "./ports.ts";
import { birthOf, goneWithin, isAlive, signal } from "./process.ts";
import { redisOnPath } from "./redis/binary.ts";
import { dockerAnswers, dockerArguments, removeContainer } from "./redis/docker.ts";
import { answersPing } from "./redis/ping.ts";
import { writeSettings } from "./redis/settings.ts";
import { unpackRedis, unpackedRedis } from "./redis/unpack.ts";
import { isSocketPath } from "./socket-path.ts";

export type RedisOptions = Readonly<{
  /** The state of this server alone: password, port, log and data. */
  directory: string;
  /** Where an unpacked Redis is kept for later starts; several checkouts or starts may share it. */
  toolsDirectory: string;
  /** The port to prefer on the first start; later ones prefer the last. */
  port?: number;
  /** False keeps the data in memory only: for tests. */
  durable?: boolean;
  /** Told what takes time or is unusual, in words for a person. */
  log: (line: string) => void;
}>;

export type RedisServer = Readonly<{
  url: string;
  /** The same through the server's socket; or `url` where it has none, as in Docker or where its path would be too long. */
  socketUrl: string;
  port: number;
  pid: number;
  /** What runs: "redis-server 7.0.15 (/usr/bin/redis-server)". */
  description: string;
  exited: Promise<Exit>;
  stop: () => Promise<void>;
}>;

/** A program that serves Redis, however it was come by. */
type Program = Readonly<{
  description: string;
  command: string;
  env: NodeJS.ProcessEnv;
  /** The address it listens on, as it sees it itself: inside a container that is not ours. */
  bind: string;
  /** Whether a socket that it makes is one for us. */
  sharesFiles: boolean;
  args: (config: string, port: number) => string[];
  afterStop: () => Promise<void>;
}>;

/** No Redis could be found, unpacked or run in Docker. */
export class NoRedisError extends Error {
  readonly code = "NO_REDIS";

  constructor() {
    super(
      [
        "There is no Redis to be had on this machine: none on the PATH, none through apt, no Docker that answers.",
        "Install one of version 6.2 or later:",
        "  Debian, Ubuntu   sudo apt-get install redis-server",
        "  Fedora, RHEL     sudo dnf install valkey      (older releases: redis)",
        "  Alpine           sudo apk add redis",
        "  macOS            brew install redis",
        "It need not run: being on the PATH is enough. Or let REDIS_URL name one that runs already, for example",
        "  REDIS_URL=redis://:password@127.0.0.1:6379 npm start",
      ].join("\n"),
    );
  }
}

/**
 * A real Redis (or Valkey) on 127.0.0.1 and a socket of its own: one on the PATH, one unpacked below `toolsDirectory` before or now, or
 * one in Docker, in this order. It ends with this process, however that ends. One directory serves one process at a
 * time; what a dead one left running is ended.
 */
export async function startRedis(options: RedisOptions): Promise<RedisServer> {
  const directory = resolve(options.directory);
  mkdirSync(join(directory, "data"), { recursive: true });
  chmodSync(directory, 0o700);
  const lock = acquireLock(join(directory, "lock"), `the Redis in ${directory}`);
  try {
    await endOrphan(directory, options.log);
    const program = await find(resolve(options.toolsDirectory), directory, options.log);
    const password = keptPassword(join(directory, "password"));
    const path = join(directory, "redis.sock");
    const socket = program.sharesFiles && isSocketPath(path) ? path : undefined;
    const { child, port } = await serve(program, directory, { password, socket }, options);
    writeFileSync(pidFile(directory), JSON.stringify({ pid: child.pid, birth: birthOf(child.pid) }));
    const stop = async (): Promise<void> => {
      await child.stop();
      await program.afterStop();
      rmSync(pidFile(directory), { force: true });
      lock.release();
    };
    const url = `redis://:${password}@127.0.0.1:${port}`;
    const socketUrl = socket === undefined ? url : `${url}?path=${encodeURIComponent(socket)}`;
    const { description } = program;
    return { url, socketUrl, port, pid: child.pid, description, exited: child.exited, stop };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Removes everything that `startRedis` keeps for this directory. Fails while it runs. */
export async function removeRedis(options: Pick<RedisOptions, "directory" | "log">): Promise<void> {
  const directory = resolve(options.directory);
  if (!existsSync(directory)) return;
  const lock = acquireLock(join(directory, "lock"), `the Redis in ${directory}`);
  try {
    await endOrphan(directory, options.log);
    rmSync(directory, { recursive: true, force: true });
  } finally {
    lock.release();
  }
}

async function find(
  toolsDirectory: string,
  directory: string,
  log: (line: string) => void,
): Promise<Program> {
  const binary =
    (await redisOnPath(log)) ??
    (await unpackedRedis(toolsDirectory)) ??
    (await unpackRedis(toolsDirectory, log));
  if (binary !== undefined) {
    return {
      description: `Redis ${binary.version} (${binary.command})`,
      command: binary.command,
      env: binary.env,
      bind: "127.0.0.1",
      sharesFiles: true,
      args: (config) => [config],
      afterStop: async () => {},
    };
  }
  if (!(await dockerAnswers())) throw new NoRedisError();
  const container = `kvsync-redis-${randomBytes(6).toString("hex")}`;
  return {
    description: `Redis in Docker (${container})`,
    command: "docker",
    env: process.env,
    bind: "0.0.0.0",
    sharesFiles: false,
    args: (config, port) => dockerArguments(container, directory, port, config),
    afterStop: async () => removeContainer(container),
  };
}

/** Tries again where the port was snatched away. */
async function serve(
  program: Program,
  directory: string,
  access: Readonly<{ password: string; socket: string | undefined }>,
  options: RedisOptions,
): Promise<{ child: Child; port: number }> {
  const { durable = true } = options;
  const config = join(directory, "redis.conf");
  let port = await rememberedPort(join(directory, "port"), options.port);
  for (let attempt = 1; ; attempt++) {
    writeSettings(config, {
      bind: program.bind,
      port,
      ...access,
      directory: join(directory, "data"),
      durable,
    });
    try {
      const child = await startChild({
        name: "Redis",
        command: program.command,
        args: program.args(config, port),
        env: program.env,
        cwd: directory,
        logFile: join(directory, "redis.log"),
        ready: { check: async () => answersPing(port, access.password) },
        readyWithinMs: 120_000,
      });
      return { child, port };
    } catch (error) {
      if (attempt === 5 || !(error instanceof ChildFailedError) || (await freePort(port)) === port)
        throw error;
      port = await rememberedPort(join(directory, "port"));
    }
  }
}

/** Ends a server that an earlier start left behind: the very process it noted, not one that got its id since. */
async function endOrphan(directory: string, log: (line: string) => void): Promise<void> {
  const file = pidFile(directory);
  if (!existsSync(file)) return;
  const { pid, birth } = JSON.parse(readFileSync(file, "utf8")) as { pid: number; birth?: string };
  if (birth !== undefined && birthOf(pid) === birth && isAlive(pid)) {
    log(`ending the Redis (pid ${pid}) that an earlier start left behind`);
    signal(pid, "SIGTERM");
    if (!(await goneWithin(pid, 10_000))) signal(pid, "SIGKILL");
    await goneWithin(pid, 5000);
  }
  rmSync(file, { force: true });
}

function pidFile(directory: string): string {
  return join(directory, "redis.pid");
}

function keptPassword(file: string): string {
  if (existsSync(file)) return readFileSync(file, "utf8").trim();
  const password = randomBytes(24).toString("base64url");
  writeFileSync(file, `${password}\n`, { mode: 0o600 });
  return password;
}
