import { z } from "zod";
import { type LogLevel, SettingsError } from "@kvsync/runtime";
import type { LocalAzureOptions } from "./options.ts";

const hostList = z
  .string()
  .default("")
  .transform((text) =>
    text
      .split(",")
      .map((host) => host.trim().toLowerCase())
      .filter((host) => host !== ""),
  )
  .refine(
    (hosts) => hosts.every((host) => /^[0-9a-z](?:[0-9a-z.-]*[0-9a-z])?$/.test(host)),
    "host names, separated by commas",
  );

/** The environment variables of the process; the keys are their names. */
export const settingsSchema = z.object({
  LOCAL_AZURE_HOST: z.string().default("127.0.0.1"),
  LOCAL_AZURE_PORT: z.coerce.number<string>().int().min(0).max(65_535).default(0),
  LOCAL_AZURE_VAULT_SUFFIX: z
    .string()
    .regex(/^(?:\.[0-9a-z][0-9a-z-]*){2,}$/i, "a domain with a leading dot and at least two labels")
    .default(".vault.localhost"),
  LOCAL_AZURE_EXTRA_HOSTS: hostList,
  LOCAL_AZURE_CERTIFICATE_DIR: z.string(),
  LOCAL_AZURE_STATE_DIR: z.string().optional(),
  LOCAL_AZURE_STORAGE_KEY: z
    .string()
    .refine((key) => Buffer.from(key, "base64").length === 32, "32 bytes in base64")
    .optional(),
  LOCAL_AZURE_ADMIN_KEY: z.string().min(16, "at least 16 characters"),
  LOCAL_AZURE_VAULT_RESOURCE: z
    .string()
    .regex(/^https:\/\/[^/\s]+$/, "an https URL without a path")
    .default("https://vault.azure.net"),
  LOCAL_AZURE_HTTP_ISSUER_HOSTS: hostList,
  LOCAL_AZURE_LOG_LEVEL: z
    .enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"])
    .default("info") satisfies z.ZodType<LogLevel>,
});

export type Settings = z.output<typeof settingsSchema>;

/** @throws {SettingsError} when state is to be kept but there is no key to encrypt it under */
export function checkedTogether(settings: Settings): Settings {
  if (settings.LOCAL_AZURE_STATE_DIR === undefined || settings.LOCAL_AZURE_STORAGE_KEY !== undefined) {
    return settings;
  }
  const problem = "is missing (LOCAL_AZURE_STATE_DIR is set, and what lies there is encrypted)";
  throw new SettingsError([{ setting: "LOCAL_AZURE_STORAGE_KEY", problem }]);
}

/** What the settings mean for {@link startLocalAzure}. */
export function optionsOf(settings: Settings): LocalAzureOptions {
  const { LOCAL_AZURE_STATE_DIR: directory, LOCAL_AZURE_STORAGE_KEY: key } = settings;
  return {
    host: settings.LOCAL_AZURE_HOST,
    port: settings.LOCAL_AZURE_PORT,
    vaultSuffix: settings.LOCAL_AZURE_VAULT_SUFFIX,
    extraHosts: settings.LOCAL_AZURE_EXTRA_HOSTS,
    certificateDirectory: settings.LOCAL_AZURE_CERTIFICATE_DIR,
    storage:
      directory === undefined || key === undefined
        ? undefined
        : { directory, key: Buffer.from(key, "base64") },
    adminKey: settings.LOCAL_AZURE_ADMIN_KEY,
    resource: settings.LOCAL_AZURE_VAULT_RESOURCE,
    plainHttpIssuerHosts: settings.LOCAL_AZURE_HTTP_ISSUER_HOSTS,
  };
}
