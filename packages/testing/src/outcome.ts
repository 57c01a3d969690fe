import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

/** How a program ended, and what it wrote to its standard output and error. */
export type Outcome = Readonly<{ code: number | null; output: string; problem: string }>;

export type OutcomeOptions = Readonly<{ env: NodeJS.ProcessEnv; cwd?: string; input?: string }>;

/** Runs a program to its end, with `input` as all that its standard input has. */
export async function outcomeOf(
  program: string,
  args: readonly string[],
  { env, cwd, input = "" }: OutcomeOptions,
): Promise<Outcome> {
  const child = spawn(program, args, { env, cwd });
  // One that reads nothing may have ended before.
  child.stdin.on("error", () => undefined).end(input);
  const [output, problem] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code: child.exitCode, output, problem };
}
