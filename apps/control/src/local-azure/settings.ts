import { guidSchema, type Cloud } from "@kvsync/contracts";
import { SettingsError } from "@kvsync/runtime";
import { z } from "zod";

/** Where a local Azure is managed that stands in for Azure, and the key that opens its management. */
export type LocalAzureSettings = Readonly<{ origin: string; adminKey: string; subscriptionId: string }>;

/** All of them or none, and only with `AZURE_CLOUD=custom`. */
export const localAzureSettings = {
  LOCAL_AZURE_ORIGIN: z
    .url({ protocol: /^https$/, error: "must be an https address" })
    .refine((text) => URL.parse(text)?.origin === text, { error: "must end after host and port" })
    .optional(),
  LOCAL_AZURE_ADMIN_KEY: z.string().min(16, "must have at least 16 characters").optional(),
  LOCAL_AZURE_SUBSCRIPTION_ID: guidSchema.optional(),
};

/** @throws {SettingsError} when only some are given, or the cloud is a real one */
export function readLocalAzureSettings(
  settings: z.infer<z.ZodObject<typeof localAzureSettings>>,
  cloud: Cloud,
): LocalAzureSettings | undefined {
  const names = Object.keys(localAzureSettings) as Array<keyof typeof localAzureSettings>;
  const given = names.filter((name) => settings[name] !== undefined);
  if (given.length > 0 && cloud.name !== "custom")
    throw new SettingsError(
      given.map((setting) => ({ setting, problem: "is for AZURE_CLOUD=custom alone" })),
    );
  const {
    LOCAL_AZURE_ORIGIN: origin,
    LOCAL_AZURE_ADMIN_KEY: adminKey,
    LOCAL_AZURE_SUBSCRIPTION_ID: subscriptionId,
  } = settings;
  if (origin !== undefined && adminKey !== undefined && subscriptionId !== undefined)
    return { origin, adminKey, subscriptionId };
  if (given.length === 0) return undefined;
  const missing = names.filter((name) => settings[name] === undefined);
  throw new SettingsError(
    missing.map((setting) => ({ setting, problem: `is missing (${given.join(", ")} needs it)` })),
  );
}
