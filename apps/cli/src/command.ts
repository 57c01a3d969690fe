import type { InferredOptionType, Options, PositionalOptions } from "yargs";
import type { ExitCode } from "./exit-codes.ts";
import type { Invocation } from "./invocation.ts";

type Values<Named extends Readonly<Record<string, Options | PositionalOptions>>> = {
  readonly [Name in keyof Named]: InferredOptionType<Named[Name]>;
};

/** A command as it is registered. */
export type Command = Readonly<{
  /** Its name and positional arguments, as yargs writes them: `plan <sync>`. */
  usage: string;
  /** Other names that people try first. */
  aliases: readonly string[];
  summary: string;
  /** Calls that are shown in its help, each with what it does; without the program's name. */
  examples: ReadonlyArray<readonly [call: string, does: string]>;
  positionals: Readonly<Record<string, PositionalOptions>>;
  options: Readonly<Record<string, Options>>;
  run: (invocation: Invocation, values: Readonly<Record<string, unknown>>) => Promise<ExitCode>;
}>;

/** Declares a command. Its options have short plain names without capitals, so that each is found under its own name. */
export function defineCommand<
  const Placed extends Readonly<Record<string, PositionalOptions>>,
  const Named extends Readonly<Record<string, Options>>,
>(
  command: Readonly<{
    usage: string;
    aliases?: Command["aliases"];
    summary: string;
    examples: Command["examples"];
    positionals?: Placed;
    options?: Named;
    run: (invocation: Invocation, values: Values<Placed> & Values<Named>) => Promise<ExitCode>;
  }>,
): Command {
  const { aliases = [], positionals = {}, options = {}, run, ...rest } = command;
  return {
    ...rest,
    aliases,
    positionals,
    options,
    run: (invocation, values) => run(invocation, values as Values<Placed> & Values<Named>),
  };
}
