import { keptSettings, stateDirectory } from "./kept-settings.ts";
import { UsageError } from "./usage.ts";

/** A setting from the environment, or else from what `npm start` wrote. @throws {UsageError} */
export function requireSetting(name: string): string {
  const value = process.env[name] || keptSettings()[name];
  if (value === undefined || value === "")
    throw new UsageError(
      `${name} isn't set. Set it, or run “npm start” once, which keeps its own in ${stateDirectory()}.`,
    );
  return value;
}
