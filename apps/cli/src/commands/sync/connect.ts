import { catalogue } from "@kvsync/contracts/api";
import { findSync } from "../../api/syncs.ts";
import { usageError } from "../../cli-error.ts";
import { defineCommand } from "../../command.ts";
import { exitCodes } from "../../exit-codes.ts";
import { namePolicies, syncPositional } from "./options.ts";

export const connect = defineCommand({
  usage: "connect <sync>",
  summary: "Enter or change the Azure side: tenant, client, vault, prefix and name policy",
  examples: [
    [
      "sync connect production --tenant-id … --client-id … --vault-url https://my-vault.vault.azure.net",
      "the first time",
    ],
    ["sync connect production --prefix shop-", "changes the prefix, and nothing else"],
  ],
  positionals: syncPositional,
  options: {
    "tenant-id": { type: "string", describe: "The directory (tenant) ID" },
    "client-id": { type: "string", describe: "The application (client) ID" },
    "vault-url": { type: "string", describe: "The Key Vault's URI" },
    prefix: { type: "string", describe: "Before each name in the vault" },
    "name-policy": { choices: namePolicies, describe: "How names become Key Vault's (strict)" },
  },
  run: async (invocation, values) => {
    const { api } = await invocation.session();
    const before = await findSync(api, await invocation.place(), values.sync);
    const body = {
      tenantId: required("tenant-id", values["tenant-id"] ?? before.tenantId),
      clientId: required("client-id", values["client-id"] ?? before.clientId),
      vaultUrl: required("vault-url", values["vault-url"] ?? before.vaultUrl),
      prefix: values.prefix ?? before.prefix,
      namePolicy: values["name-policy"] ?? before.namePolicy,
    };
    const sync = await api.call(catalogue.connectSync, { params: { syncId: before.id }, body });
    invocation.output.result({ sync }, () => [
      `Connected with ${sync.vaultUrl ?? body.vaultUrl}.`,
      ...(sync.environmentId === null ? [`Next: kvsync sync link ${sync.id} --environment … --wait`] : []),
    ]);
    return exitCodes.ok;
  },
});

function required(name: string, value: string | null): string {
  if (value === null) throw usageError(`--${name} is missing, and the sync has none yet.`);
  return value;
}
