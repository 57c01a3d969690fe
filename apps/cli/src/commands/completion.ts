import yargs from "yargs";
import { defineCommand } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";

export const completion = defineCommand({
  usage: "completion [shell]",
  summary: "Print a script that completes commands, options, projects and syncs",
  examples: [
    ["completion bash >> ~/.bashrc", "for bash, from the next shell on"],
    ["completion zsh >> ~/.zshrc", "for zsh"],
  ],
  positionals: {
    shell: { choices: ["bash", "zsh"] as const, describe: "Your shell's by default" },
  },
  run: async ({ context }, { shell }) => {
    // yargs chooses the script by this variable when it is made.
    if (shell !== undefined) process.env["SHELL"] = shell;
    const script = await scriptOf();
    context.stdout.write(`${script}\n`);
    return exitCodes.ok;
  },
});

/** The script for the shell of the environment, as yargs makes it; it would print it by itself. */
async function scriptOf(): Promise<string> {
  let script = "";
  const parser = yargs([]).scriptName("kvsync").exitProcess(false).help(false).version(false).completion();
  await parser.parse(["completion"], (_error: unknown, _argv: unknown, output: string) => {
    script = output;
  });
  return script;
}
