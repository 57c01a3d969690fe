import { catalogue } from "@kvsync/contracts/api";
import { environmentOf, workspaceOf } from "../../api/places.ts";
import { findSync } from "../../api/syncs.ts";
import { defineCommand } from "../../command.ts";
import { existingPolicies, syncPositional } from "./options.ts";
import { reportValidation } from "./report-validation.ts";

export const link = defineCommand({
  usage: "link <sync>",
  summary: "Link an environment, which validates access to the vault and then starts the sync",
  examples: [
    ["sync link production --environment production --wait", "shows each step of the validation"],
    ["sync link production -e production --first-plan ask", "pushes nothing before its plan is approved"],
  ],
  positionals: syncPositional,
  options: {
    wait: { type: "boolean", default: false, describe: "Wait for the validation's end" },
    "first-plan": { choices: ["apply", "ask"] as const, describe: "Whether the first plan needs approval" },
    "existing-policy": {
      choices: existingPolicies,
      describe: "What becomes of secrets that were in the vault before",
    },
  },
  run: async (
    invocation,
    { sync: given, wait, "first-plan": firstPlan, "existing-policy": existingPolicy },
  ) => {
    const session = await invocation.session();
    const { api } = session;
    const place = await invocation.place();
    const sync = await findSync(api, place, given);
    const params = { workspace: await workspaceOf(api, place), project: sync.projectId };
    const environment = await environmentOf(api, params, place.environment);
    const begun = await api.call(catalogue.linkSync, {
      params: { syncId: sync.id },
      body: {
        environmentId: environment.id,
        ...(firstPlan === undefined ? {} : { firstPlan }),
        ...(existingPolicy === undefined ? {} : { existingPolicy }),
      },
    });
    return reportValidation(invocation, session, begun, wait);
  },
});
