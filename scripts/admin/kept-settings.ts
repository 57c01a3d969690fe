import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "dotenv";

const checkout = fileURLToPath(new URL("../..", import.meta.url));

/** Where all starts keep their state: the checkout's `.kvsync`, or where KVSYNC_STATE says. */
export const stateDirectory = (): string => resolve(process.env["KVSYNC_STATE"] || join(checkout, ".kvsync"));

/** The settings that `npm start` wrote for the other commands. None where it never ran, as in a container. */
export function keptSettings(): Record<string, string> {
  const file = join(stateDirectory(), "settings.env");
  return existsSync(file) ? parse(readFileSync(file)) : {};
}
