import { catalogue } from "@kvsync/contracts/api";
import { syncIdOf } from "../../api/syncs.ts";
import { defineCommand } from "../../command.ts";
import { exitCodes } from "../../exit-codes.ts";
import { guideLines } from "../../show/setup-guide.ts";
import { formatOption } from "./create.ts";
import { syncPositional } from "./options.ts";

export const setup = defineCommand({
  usage: "setup <sync>",
  summary: "Show again what Azure must know, with what is known by now filled in",
  examples: [["sync setup production --format az | bash", "does it with the Azure CLI, once connected"]],
  positionals: syncPositional,
  options: formatOption,
  run: async (invocation, { sync: given, format }) => {
    const { api } = await invocation.session();
    const syncId = await syncIdOf(api, await invocation.place(), given);
    const guide = await api.call(catalogue.getSyncSetup, { params: { syncId } });
    invocation.output.result({ ...guide }, (look) => guideLines(guide, format, look));
    return exitCodes.ok;
  },
});
