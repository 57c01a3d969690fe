import type { z } from "zod";
import { inPlainWords } from "./plain-words.ts";

/** Thrown when the environment lacks a setting or holds a malformed one. Names each setting, never its value. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  readonly code = "SETTINGS_INVALID";
  /** One entry per offending setting: its variable's name and what is wrong with it. */
  readonly problems: ReadonlyArray<{ readonly setting: string; readonly problem: string }>;

  constructor(problems: ReadonlyArray<{ readonly setting: string; readonly problem: string }>) {
    const lines = problems.map(({ setting, problem }) => `  ${setting}: ${problem}`);
    super(`The process can't start, because settings are missing or malformed:\n${lines.join("\n")}`);
    this.problems = problems;
  }
}

/**
 * Reads settings from environment variables. The schema's keys are the variables' names.
 * An empty variable counts as absent, as container platforms often can't unset one.
 *
 * @throws {SettingsError} naming every missing or malformed setting at once
 */
export function parseSettings<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  environment: Readonly<Record<string, string | undefined>>,
): z.infer<z.ZodObject<Shape>> {
  const given: Record<string, string> = {};
  for (const key of Object.keys(schema.shape)) {
    const value = environment[key];
    if (value !== undefined && value !== "") given[key] = value;
  }
  const result = schema.safeParse(given, { error: inPlainWords });
  if (result.success) return result.data;
  throw new SettingsError(
    result.error.issues.map(({ path, message }) => {
      const setting = path.join(".") || "(settings)";
      const isMissing = given[setting] === undefined && !message.startsWith("is missing");
      return { setting, problem: isMissing ? `is missing (${message})` : message };
    }),
  );
}
