import { secretNameSchema } from "@kvsync/contracts";
import { ApiProblem, catalogue } from "@kvsync/contracts/api";
import { CliError, usageError } from "../../cli-error.ts";
import { defineCommand } from "../../command.ts";
import { canAsk, readAll, type Context } from "../../context.ts";
import { exitCodes } from "../../exit-codes.ts";
import { targetOf, type Target } from "./target.ts";

export const set = defineCommand({
  usage: "set <name> [more..]",
  summary: "Set a secret's value in an environment; the value comes from the standard input",
  examples: [
    ["secrets set API_KEY < api-key.txt", "one line's end at its very end isn't part of the value"],
    ["secrets set CERTIFICATE --exact < certificate.pem", "every byte counts"],
    ["secrets set FEATURE_FLAGS --allow-empty < /dev/null", "an empty value, which is refused otherwise"],
  ],
  positionals: {
    name: { type: "string", demandOption: true, describe: "The secret's name" },
    more: { type: "string", array: true, hidden: true },
  },
  options: {
    exact: { type: "boolean", default: false, describe: "Take a line's end at the end as part of the value" },
    "allow-empty": {
      type: "boolean",
      default: false,
      describe: "Set the value to nothing, where none comes",
    },
  },
  run: async (invocation, { name, more, exact, "allow-empty": allowEmpty }) => {
    const { context, output } = invocation;
    // Neither is repeated: what stands there is probably the value.
    if ((more ?? []).length > 0) throw valueInArguments();
    if (!secretNameSchema.safeParse(name).success)
      throw name.includes("=")
        ? valueInArguments()
        : usageError("The name must be 1 to 255 letters, digits, underscores, hyphens or dots.");
    if (canAsk(context)) output.note("Type or paste the value, then Enter and Ctrl-D.");
    const read = await textOf(context);
    const value = exact ? read : read.replace(/\r?\n$/u, "");
    if (value === "" && !allowEmpty) throw emptyValue(name);
    const target = await targetOf(invocation);
    const change = await setValue(target, name, value);
    output.result({ name, environment: target.environment, change }, () => [
      `${change === "created" ? "Created" : "Set"} ${name} in “${target.environment.name}”.`,
    ]);
    return exitCodes.ok;
  },
});

/** Changes the one value, or makes the secret where there is none of that name. */
async function setValue(
  { api, params, environment }: Target,
  name: string,
  value: string,
): Promise<"created" | "changed"> {
  const secrets = await api.call(catalogue.listSecrets, { params, query: { values: "false" } });
  const found = secrets.find((secret) => secret.name === name);
  if (found !== undefined) {
    const body = { values: [{ environmentId: environment.id, value }] };
    await api.call(catalogue.changeSecret, { params: { ...params, key: found.id }, body });
    return "changed";
  }
  try {
    const body = { environments: [environment.id], secrets: [{ key: name, value }] };
    await api.call(catalogue.createSecrets, { params, body });
    return "created";
  } catch (error) {
    // Somebody else made it in between.
    if (error instanceof ApiProblem && error.code === "SECRET_EXISTS")
      return setValue({ api, params, environment }, name, value);
    throw error;
  }
}

async function textOf({ stdin }: Context): Promise<string> {
  try {
    return await readAll(stdin);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw usageError(
      "The value isn't UTF-8 text, so nothing was set.",
      "A secret's value is text: encode other bytes, for example with base64.",
    );
  }
}

/** In a pipe, a command that failed gives nothing: that must not empty a secret. */
const emptyValue = (name: string): CliError =>
  new CliError({
    exitCode: exitCodes.usage,
    code: "VALUE_EMPTY",
    message: `No value came on the standard input, so ${name} stays as it is.`,
    hint: "See whether the command before the pipe failed, or the file is empty. To set an empty value on purpose, give --allow-empty.",
  });

const valueInArguments = (): Error =>
  usageError(
    "A value must not stand in the arguments, where other processes and the shell's history see it.",
    "Give it on the standard input: kvsync secrets set NAME < file.",
  );
