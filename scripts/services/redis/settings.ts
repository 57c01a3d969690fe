import { writeFileSync } from "node:fs";

export type RedisSettings = Readonly<{
  bind: string;
  port: number;
  /** Where its socket lies; none without one. */
  socket: string | undefined;
  password: string;
  /** Where Redis keeps its data. */
  directory: string;
  durable: boolean;
}>;

/** Writes the configuration, readable for us alone: the password stands in it and on no command line. */
export function writeSettings(file: string, settings: RedisSettings): void {
  const lines = [
    `bind ${settings.bind}`,
    `port ${settings.port}`,
    ...(settings.socket === undefined ? [] : [`unixsocket ${quote(settings.socket)}`, "unixsocketperm 700"]),
    "protected-mode yes",
    `requirepass ${settings.password}`,
    "daemonize no",
    `dir ${quote(settings.directory)}`,
    // BullMQ's keys are no cache: evicting one loses a job.
    "maxmemory-policy noeviction",
    ...(settings.durable ? ["appendonly yes", "appendfsync everysec"] : ["appendonly no", 'save ""']),
  ];
  writeFileSync(file, `${lines.join("\n")}\n`, { mode: 0o600 });
}

function quote(path: string): string {
  return `"${path.replaceAll(/["\\]/gu, (character) => `\\${character}`)}"`;
}
