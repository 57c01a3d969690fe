import yargs, { type Argv } from "yargs";
import { explain } from "./api/explain.ts";
import { nearest } from "./api/nearest.ts";
import { usageError, type CliError } from "./cli-error.ts";
import type { Command } from "./command.ts";
import { commands, groups } from "./commands/index.ts";
import { completions } from "./completions.ts";
import { chosenServer } from "./config/server.ts";
import { STANDARD_INPUT, type Context } from "./context.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { globalOptions, version } from "./global-options.ts";
import { invocation, type GlobalOptions } from "./invocation.ts";
import { Output } from "./output/output.ts";

/**
 * Runs the program on its arguments. Everything that goes wrong is told on the standard error, in sentences.
 *
 * @returns the exit code
 */
export async function runProgram(args: readonly string[], context: Context): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.ok;
  try {
    refuseTokens(args);
    await parser(args, context, (code) => (exitCode = code)).parseAsync();
    return exitCode;
  } catch (error) {
    // A word that is being completed is no call, and a line that is being typed no place for an error.
    if (args[0] === "--get-yargs-completions") return exitCodes.ok;
    const asked = optionOf(args, "server");
    const server = await chosenServer(context, asked).catch(() => asked);
    const problem = explain(error, server);
    new Output(context, { json: args.includes("--json"), color: !args.includes("--no-color") }).error(
      problem,
    );
    return problem.exitCode;
  }
}

function parser(args: readonly string[], context: Context, done: (code: ExitCode) => void): Argv {
  const register = (to: Argv, command: Command): Argv =>
    to.command(
      [command.usage, ...command.aliases],
      command.summary,
      (own) => {
        own.example(
          command.examples.map(([call, does]) => [call.startsWith("vault") ? call : `$0 ${call}`, does]),
        );
        for (const [name, positional] of Object.entries(command.positionals))
          own.positional(name, positional);
        return own.options(command.options);
      },
      async (values) => {
        done(await command.run(invocation(context, values as unknown as GlobalOptions), values));
      },
    );
  const program = yargs(args.map((arg) => (arg === "-" ? STANDARD_INPUT : arg)))
    .scriptName("kvsync")
    .usage("$0 <command>\n\nKeeps Azure Key Vaults equal to your secrets: a client for scripts and CI.")
    .options(globalOptions);
  for (const command of commands) register(program, command);
  for (const { name, summary, members } of groups)
    program.command(`${name} <command>`, summary, (own) => {
      for (const command of members) register(own, command);
      return own.demandCommand(1).recommendCommands();
    });
  return program
    .completion("completion-script", false, completions(args, context))
    .demandCommand(1, "Give a command; “kvsync --help” lists them.")
    .recommendCommands()
    .strict()
    .version(version)
    .help()
    .alias({ help: "h" })
    .parserConfiguration({ "camel-case-expansion": false, "duplicate-arguments-array": false })
    .locale("en")
    .wrap(Math.min(110, context.stdout.columns ?? 100))
    .epilogue("Exit codes and JSON documents: apps/cli/README.md.")
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      throw error ?? wrongCall(message ?? "That call isn't understood.", allOptions(), usageOf(args));
    });
}

/** What yargs complains of, with how the command is called, or the option or command that was probably meant. */
function wrongCall(message: string, options: readonly string[], usage: string | undefined): CliError {
  if (message.startsWith("Not enough non-option arguments") && usage !== undefined)
    return usageError("Something is missing in that call.", `It is: ${usage}. “--help” says more.`);
  const choice = /Argument: (\S+), Given: (.+), Choices: (.+)/u.exec(message);
  if (choice !== null) return usageError(`${choice[1]} can't be ${choice[2]}.`, `It is one of ${choice[3]}.`);
  const command = /^Did you mean (.+)\?$/u.exec(message)?.[1];
  if (command !== undefined) return usageError("There is no such command.", `Did you mean “${command}”?`);
  const unknown = /^Unknown arguments?: (.+)$/u.exec(message)?.[1]?.split(", ") ?? [];
  const meant = unknown.map((name) => nearest(name, options)).find((name) => name !== undefined);
  const hint =
    meant === undefined ? "See “kvsync --help”, or “--help” after a command." : `Did you mean --${meant}?`;
  return usageError(message.split("\n")[0] ?? message, hint);
}

/** How the command that the arguments begin with is called, if they begin with one. */
function usageOf(args: readonly string[]): string | undefined {
  const [first, second] = args.filter((arg) => !arg.startsWith("-"));
  const group = groups.find(({ name }) => name === first);
  const name = group === undefined ? first : second;
  const command = (group?.members ?? commands).find(({ usage }) => usage.split(" ")[0] === name);
  const words = ["kvsync", group?.name, command?.usage ?? (group && "<command>")];
  return (group ?? command) && words.filter((word) => word !== undefined).join(" ");
}

const allOptions = (): string[] => [
  ...Object.keys(globalOptions),
  ...[...commands, ...groups.flatMap(({ members }) => members)].flatMap(({ options }) =>
    Object.keys(options),
  ),
];

/** A token in the arguments is seen by every process and kept in the shell's history: it isn't used, nor repeated. */
function refuseTokens(args: readonly string[]): void {
  if (args.some((arg) => /ek_live_|^--token=|eyJ[\w-]+\.[\w-]+\./u.test(arg)))
    throw usageError(
      "A token must not stand in the arguments, where other processes and the shell's history see it.",
      "Give it on the standard input (kvsync login --token < file) or in KVSYNC_TOKEN. And revoke this one.",
    );
}

function optionOf(args: readonly string[], name: string): string | undefined {
  const at = args.findIndex((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
  const found = args[at];
  return found?.includes("=") === true
    ? found.slice(found.indexOf("=") + 1)
    : at < 0
      ? undefined
      : args[at + 1];
}
