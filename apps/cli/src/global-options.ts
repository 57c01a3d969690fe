import { readFileSync } from "node:fs";
import type { Options } from "yargs";

const WHERE = "Where:";

/** The options that every command takes. */
export const globalOptions = {
  server: { type: "string", group: WHERE, describe: "The server's address [KVSYNC_SERVER]" },
  workspace: { type: "string", alias: "w", group: WHERE, describe: "Its slug or id [KVSYNC_WORKSPACE]" },
  project: { type: "string", alias: "p", group: WHERE, describe: "Its slug or id [KVSYNC_PROJECT]" },
  environment: { type: "string", alias: "e", group: WHERE, describe: "Its name or id [KVSYNC_ENVIRONMENT]" },
  json: { type: "boolean", default: false, describe: "Print one JSON document" },
  color: { type: "boolean", default: true, describe: "Colours on a terminal [NO_COLOR]" },
  timeout: { type: "string", default: "15m", describe: "How long it may wait: 90s, 10m, 1h" },
} as const satisfies Readonly<Record<string, Options>>;

/** The version of the checkout. */
export const version: string = (
  JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string }
).version;
