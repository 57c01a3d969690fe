import { randomUUID } from "node:crypto";
import { catalogue } from "@kvsync/contracts/api";
import { projectOf, workspaceOf } from "../../api/places.ts";
import { sentAgain } from "../../api/sent-again.ts";
import { defineCommand } from "../../command.ts";
import { exitCodes } from "../../exit-codes.ts";
import { guideFormats, guideLines } from "../../show/setup-guide.ts";

export const formatOption = {
  format: {
    choices: guideFormats,
    default: "text",
    describe: "text to read, or commands and files for Azure alone",
  },
} as const;

export const create = defineCommand({
  usage: "create [name]",
  summary: "Create a sync, and show what Azure must know of it",
  examples: [
    ["sync create production --project webshop", "issuer, subject, audience and the JSON snippet"],
    ["sync create production --format terraform > federation.tf", "the same as Terraform"],
  ],
  positionals: { name: { type: "string", describe: "What the sync is called (Azure Key Vault)" } },
  options: formatOption,
  run: async (invocation, { name, format }) => {
    const { output } = invocation;
    const { api } = await invocation.session();
    const place = await invocation.place();
    const project = projectOf(place);
    const workspace = await workspaceOf(api, place);
    const body = { project, workspace, ...(name === undefined ? {} : { name }) };
    const headers = { "idempotency-key": randomUUID() };
    const started = await sentAgain(invocation.context.sleep, () =>
      api.call(catalogue.startSync, { body, headers }),
    );
    output.result({ ...started }, (look) => guideLines(started, format, look));
    output.note(`Created ${started.syncConfigId}. Next, once Azure knows it:`);
    output.note(
      `  kvsync sync connect ${started.syncConfigId} --tenant-id … --client-id … --vault-url https://….vault.azure.net`,
    );
    return exitCodes.ok;
  },
});
