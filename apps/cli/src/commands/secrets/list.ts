import { catalogue } from "@kvsync/contracts/api";
import { defineCommand } from "../../command.ts";
import { exitCodes } from "../../exit-codes.ts";
import { printable } from "../../output/printable.ts";
import { targetOf } from "./target.ts";

export const list = defineCommand({
  usage: "list",
  summary: "List the names of an environment's secrets; values are never asked for",
  examples: [["secrets list --project webshop --environment production", "a name a line"]],
  run: async (invocation) => {
    const { api, params, environment } = await targetOf(invocation);
    const query = { environmentId: environment.id, values: "false" };
    const listed = await api.call(catalogue.listSecrets, { params, query });
    const secrets = listed.map(({ id, name, updatedAt }) => ({ id, name, updatedAt }));
    invocation.output.result({ environment, secrets }, () => secrets.map(({ name }) => printable(name)));
    return exitCodes.ok;
  },
});
