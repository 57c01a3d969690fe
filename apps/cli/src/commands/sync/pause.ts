import { catalogue } from "@kvsync/contracts/api";
import { syncIdOf } from "../../api/syncs.ts";
import { defineCommand } from "../../command.ts";
import { exitCodes } from "../../exit-codes.ts";
import { printable } from "../../output/printable.ts";
import { syncPositional } from "./options.ts";

export const pause = defineCommand({
  usage: "pause <sync>",
  summary: "Pause a sync; a run under way stops between two writes",
  examples: [["sync pause production", "nothing is written until it is resumed"]],
  positionals: syncPositional,
  run: async (invocation, { sync: given }) => {
    const { api } = await invocation.session();
    const syncId = await syncIdOf(api, await invocation.place(), given);
    const sync = await api.call(catalogue.pauseSync, { params: { syncId } });
    invocation.output.result({ sync }, () => [`“${printable(sync.name)}” is paused.`]);
    return exitCodes.ok;
  },
});
