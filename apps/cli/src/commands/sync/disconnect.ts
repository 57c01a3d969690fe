import { catalogue } from "@kvsync/contracts/api";
import { findSync } from "../../api/syncs.ts";
import { defineCommand } from "../../command.ts";
import { exitCodes } from "../../exit-codes.ts";
import { printable } from "../../output/printable.ts";
import { confirmed } from "../../prompt.ts";
import { syncPositional, yesOption } from "./options.ts";

export const disconnect = defineCommand({
  usage: "disconnect <sync>",
  summary: "End a sync for good; what it wrote stays in the vault, or is removed from it",
  examples: [
    ["sync disconnect staging", "what is in the vault stays there"],
    ["sync disconnect staging --remove-secrets --yes", "removes what the sync wrote, too"],
  ],
  positionals: syncPositional,
  options: {
    "remove-secrets": {
      type: "boolean",
      default: false,
      describe: "Remove from the vault what the sync wrote",
    },
    ...yesOption,
  },
  run: async (invocation, { sync: given, yes, "remove-secrets": remove }) => {
    const { context, output } = invocation;
    const { api } = await invocation.session();
    const { id: syncId, name } = await findSync(api, await invocation.place(), given);
    const what = remove
      ? "and what it wrote is removed from the vault"
      : "and what it wrote stays in the vault";
    if (!(await confirmed(context, `“${printable(name)}” ends for good, ${what}. Go on?`, yes))) {
      output.result({ disconnected: false }, () => ["It goes on."]);
      return exitCodes.failed;
    }
    const secrets = remove ? "remove" : "leave";
    const sync = await api.call(catalogue.disconnectSync, { params: { syncId }, body: { secrets } });
    output.result({ disconnected: true, sync }, () => [
      sync.state === "disconnecting"
        ? "It ends when its secrets are removed from the vault."
        : "It has ended.",
    ]);
    return exitCodes.ok;
  },
});
