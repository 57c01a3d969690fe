import { catalogue } from "@kvsync/contracts/api";
import { suggestion } from "../../api/nearest.ts";
import { notFound } from "../../cli-error.ts";
import { defineCommand } from "../../command.ts";
import { exitCodes } from "../../exit-codes.ts";
import { printable } from "../../output/printable.ts";
import { confirmed } from "../../prompt.ts";
import { targetOf } from "./target.ts";

export const rm = defineCommand({
  usage: "rm <names..>",
  summary: "Remove secrets' values from an environment, or with --everywhere the secrets themselves",
  examples: [
    ["secrets rm OLD_KEY --environment staging", "other environments keep theirs"],
    ["secrets rm OLD_KEY OLDER_KEY --everywhere --yes", "all of them or none"],
  ],
  positionals: {
    names: { type: "string", array: true, demandOption: true, describe: "The secrets' names" },
  },
  options: {
    everywhere: { type: "boolean", default: false, describe: "From every environment of the project" },
    yes: { type: "boolean", alias: "y", default: false, describe: "Don't ask" },
  },
  run: async (invocation, { names, everywhere, yes }) => {
    const { context, output } = invocation;
    const { api, params, environment } = await targetOf(invocation);
    const query = { values: "false", ...(everywhere ? {} : { environmentId: environment.id }) };
    const secrets = await api.call(catalogue.listSecrets, { params, query });
    const known = new Map(secrets.map((secret) => [secret.name, secret.id]));
    const wanted = [...new Set(names)].map((name) => {
      const id = known.get(name);
      if (id === undefined)
        throw notFound(`There is no secret “${name}” there.`, suggestion(name, [...known.keys()]));
      return { name, id };
    });
    const where = everywhere ? "every environment" : `“${printable(environment.name)}”`;
    const question = `Remove ${wanted.map(({ name }) => name).join(", ")} from ${where}?`;
    const agreed = await confirmed(context, question, yes);
    if (agreed && everywhere)
      await api.call(catalogue.deleteSecrets, {
        params,
        body: { secrets: wanted.map(({ id }) => ({ id })) },
      });
    else if (agreed)
      for (const { id } of wanted)
        await api.call(catalogue.changeSecret, {
          params: { ...params, key: id },
          body: { values: [{ environmentId: environment.id, value: null }] },
        });
    const removed = agreed ? wanted.map(({ name }) => name) : [];
    output.result({ removed, environment: everywhere ? null : environment }, () => [
      agreed ? `Removed ${removed.join(", ")} from ${where}.` : "Nothing is removed.",
    ]);
    return agreed ? exitCodes.ok : exitCodes.failed;
  },
});
