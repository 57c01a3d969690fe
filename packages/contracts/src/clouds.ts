import { z } from "zod";

/** Where a cloud's Entra and Key Vaults are, and what they are called in tokens. */
export type Cloud = Readonly<{
  name: "public" | "usgov" | "china" | "custom";
  /** Entra's origin, for example `https://login.microsoftonline.com`. */
  authorityHost: string;
  /** What a vault's host ends with, with its leading dot; a custom cloud's may end with `:port`. */
  vaultSuffix: string;
  /** Key Vault's name in tokens: the `aud` of an access token, and with `/.default` the scope. */
  vaultResource: string;
  /** The audience of the federated credential and the assertion. */
  audience: string;
  /** Whether a vault's challenge must name a resource that the vault's host belongs to. */
  verifyChallenge: boolean;
  /** Whether Entra's host is looked up in Microsoft's list before it is used. */
  instanceDiscovery: boolean;
}>;

/** Source: Microsoft's page “About keys, secrets and certificates”, and the Entra pages on workload identity. */
const knownClouds = {
  public: {
    name: "public",
    authorityHost: "https://login.microsoftonline.com",
    vaultSuffix: ".vault.azure.net",
    vaultResource: "https://vault.azure.net",
    audience: "api://AzureADTokenExchange",
    verifyChallenge: true,
    instanceDiscovery: true,
  },
  usgov: {
    name: "usgov",
    authorityHost: "https://login.microsoftonline.us",
    vaultSuffix: ".vault.usgovcloudapi.net",
    vaultResource: "https://vault.usgovcloudapi.net",
    audience: "api://AzureADTokenExchangeUSGov",
    verifyChallenge: true,
    instanceDiscovery: true,
  },
  china: {
    name: "china",
    authorityHost: "https://login.chinacloudapi.cn",
    vaultSuffix: ".vault.azure.cn",
    vaultResource: "https://vault.azure.cn",
    audience: "api://AzureADTokenExchangeChina",
    verifyChallenge: true,
    instanceDiscovery: true,
  },
} as const satisfies Record<string, Cloud>;

const originSchema = z.url({ protocol: /^https$/, error: "must be an https address" }).refine(
  (text) => {
    const url = URL.parse(text);
    return url !== null && url.origin === text;
  },
  { error: "must be an origin such as https://login.example, without path or slash at the end" },
);

/** The settings that choose the cloud. The `AZURE_CUSTOM_…` ones belong to `AZURE_CLOUD=custom` alone. */
export const cloudSettings = {
  AZURE_CLOUD: z.enum(["public", "usgov", "china", "custom"]).default("public"),
  AZURE_CUSTOM_AUTHORITY_HOST: originSchema.optional(),
  AZURE_CUSTOM_VAULT_SUFFIX: z
    .string()
    .regex(/^(\.[a-z0-9-]+)+(:\d{1,5})?$/, "must be like .vault.example or .vault.example:8443")
    .optional(),
  AZURE_CUSTOM_VAULT_RESOURCE: originSchema.optional(),
  AZURE_CUSTOM_AUDIENCE: z.string().min(1).max(600).optional(),
  AZURE_CUSTOM_VERIFY_CHALLENGE: z.stringbool().optional(),
};

type CloudSettings = z.infer<z.ZodObject<typeof cloudSettings>>;

/**
 * The cloud that the settings name, or the names of the settings that are missing for it.
 * A custom cloud must name its authority host and vault suffix; resource and audience are
 * the public cloud's by default, and its challenge is verified by default.
 */
export function resolveCloud(settings: CloudSettings): Cloud | { readonly missing: readonly string[] } {
  if (settings.AZURE_CLOUD !== "custom") return knownClouds[settings.AZURE_CLOUD];
  const { AZURE_CUSTOM_AUTHORITY_HOST: authorityHost, AZURE_CUSTOM_VAULT_SUFFIX: vaultSuffix } = settings;
  if (authorityHost === undefined || vaultSuffix === undefined) {
    const required = ["AZURE_CUSTOM_AUTHORITY_HOST", "AZURE_CUSTOM_VAULT_SUFFIX"] as const;
    return { missing: required.filter((name) => settings[name] === undefined) };
  }
  return {
    name: "custom",
    authorityHost,
    vaultSuffix,
    vaultResource: settings.AZURE_CUSTOM_VAULT_RESOURCE ?? knownClouds.public.vaultResource,
    audience: settings.AZURE_CUSTOM_AUDIENCE ?? knownClouds.public.audience,
    verifyChallenge: settings.AZURE_CUSTOM_VERIFY_CHALLENGE ?? true,
    instanceDiscovery: false,
  };
}
