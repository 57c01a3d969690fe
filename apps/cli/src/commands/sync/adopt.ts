import { catalogue, idSchema, type ApiClient, type RecordBody } from "@kvsync/contracts/api";
import { syncIdOf } from "../../api/syncs.ts";
import { notFound } from "../../cli-error.ts";
import { defineCommand } from "../../command.ts";
import { exitCodes } from "../../exit-codes.ts";
import { printable } from "../../output/printable.ts";
import { confirmed } from "../../prompt.ts";
import { syncPositional, yesOption } from "./options.ts";

export const adopt = defineCommand({
  usage: "adopt <sync> <secrets..>",
  summary: "Let secrets take over what holds their names in the vault",
  examples: [["sync adopt production DATABASE-URL API-KEY", "what was there before becomes theirs"]],
  positionals: {
    ...syncPositional,
    secrets: { type: "string", array: true, demandOption: true, describe: "Names or ids of secrets" },
  },
  options: yesOption,
  run: async (invocation, { sync: given, secrets, yes }) => {
    const { context, output } = invocation;
    const { api } = await invocation.session();
    const syncId = await syncIdOf(api, await invocation.place(), given);
    const secretIds = await Promise.all(secrets.map((secret) => secretIdOf(api, syncId, secret)));
    const question = `The next run overwrites what ${secretIds.length === 1 ? "this secret holds" : `these ${secretIds.length} secrets hold`} in the vault. Go on?`;
    if (!(await confirmed(context, question, yes))) {
      output.result({ allowed: [] }, () => ["Nothing is adopted."]);
      return exitCodes.failed;
    }
    const { allowed } = await api.call(catalogue.adoptSecrets, { params: { syncId }, body: { secretIds } });
    output.result({ allowed }, () => [
      ...allowed.map(
        ({ secretName, vaultName }) => `${printable(secretName)} may take over ${vaultName ?? "its name"}.`,
      ),
      "The next run adopts them.",
    ]);
    return exitCodes.ok;
  },
});

/** The id of a secret of a sync that is named by name or id. @throws {CliError} */
export async function secretIdOf(api: ApiClient, syncId: string, given: string): Promise<string> {
  const id = idSchema.safeParse(given);
  if (id.success) return id.data;
  let cursor: string | undefined;
  do {
    const page = await api.call(catalogue.listRecords, {
      params: { syncId },
      query: { search: given, limit: 200, ...(cursor === undefined ? {} : { cursor }) },
    });
    const found = page.records.find((record: RecordBody) => record.secretName === given);
    if (found !== undefined) return found.secretId;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  throw notFound(`The sync knows no secret “${given}”.`, "See those that fail with “kvsync sync status”.");
}
