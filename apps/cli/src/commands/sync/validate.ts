import { catalogue } from "@kvsync/contracts/api";
import { syncIdOf } from "../../api/syncs.ts";
import { defineCommand } from "../../command.ts";
import { syncPositional } from "./options.ts";
import { reportValidation } from "./report-validation.ts";

export const validate = defineCommand({
  usage: "validate <sync>",
  summary: "Validate access to the vault again",
  examples: [["sync validate production --wait", "after something was mended in Azure"]],
  positionals: syncPositional,
  options: { wait: { type: "boolean", default: false, describe: "Wait for the validation's end" } },
  run: async (invocation, { sync: given, wait }) => {
    const session = await invocation.session();
    const syncId = await syncIdOf(session.api, await invocation.place(), given);
    const begun = await session.api.call(catalogue.validateSync, { params: { syncId } });
    return reportValidation(invocation, session, begun, wait);
  },
});
