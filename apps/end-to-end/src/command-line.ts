import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { runProgram } from "@kvsync/cli/program";

const main = fileURLToPath(new URL("../../cli/src/main.ts", import.meta.url));

/** How a call of the command-line client ended. */
export type Ended = Readonly<{ code: number | null; stdout: string; stderr: string }>;

/** What a call is made with beside its arguments. Of this process's environment it gets the path alone. */
export type CallWith = Readonly<{
  input?: string;
  env: Readonly<Record<string, string>>;
  cwd: string;
  /** Hears what goes to either output while the call goes on. */
  onOutput?: (text: string) => void;
}>;

/** Runs the command-line client in this process, as a pipe would see it. */
export async function kvsync(
  args: readonly string[],
  { input = "", env, cwd, onOutput }: CallWith,
): Promise<Ended> {
  let [stdout, stderr] = ["", ""];
  const code = await runProgram(args, {
    env,
    cwd,
    home: "/nowhere",
    stdin: (async function* () {
      yield input;
    })(),
    stdout: {
      write: (more) => {
        stdout += more;
        onOutput?.(more);
      },
    },
    stderr: {
      write: (more) => {
        stderr += more;
        onOutput?.(more);
      },
    },
    fetch,
    now: Date.now,
    sleep: (ms) => delay(ms),
    ask: () => Promise.reject(new Error("nobody is there to be asked")),
  });
  return { code, stdout, stderr };
}

/** The same in a process of its own. */
export async function kvsyncAlone(args: readonly string[], options: CallWith): Promise<Ended> {
  return run(process.execPath, [main, ...args], options);
}

/** The same on a terminal of 100 columns. Both outputs come as one, as the terminal gets them. */
export async function kvsyncOnTerminal(args: readonly string[], options: CallWith): Promise<Ended> {
  const quoted = [process.execPath, main, ...args].map(
    (word) => `'${word.replaceAll("'", String.raw`'\''`)}'`,
  );
  const command = `stty columns 100; ${quoted.join(" ")}`;
  const env = { TERM: "xterm-256color", ...options.env };
  return run("script", ["-qec", command, "/dev/null"], { ...options, env });
}

async function run(program: string, args: readonly string[], options: CallWith): Promise<Ended> {
  const { input = "", env, cwd, onOutput = () => undefined } = options;
  const child = spawn(program, args, { env: { PATH: process.env["PATH"], ...env }, cwd });
  child.stdin.end(input);
  for (const output of [child.stdout, child.stderr])
    output.on("data", (part: Buffer) => onOutput(part.toString()));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code: child.exitCode, stdout, stderr };
}
