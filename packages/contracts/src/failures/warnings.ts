import type { FailureDefinition } from "./definition.ts";

/** What stops nothing yet, and is shown beside a sync. */
export const warnings = {
  VERSION_GROWTH: {
    scope: "secret",
    retry: "none",
    message:
      "“{vaultName}” got {count} new versions in 24 hours: {updates} because its value changed here, {repairs} because somebody else changes it in the vault and this sync repairs it.",
    hint: "If something changes the value all the time, let it stop, or give it a secret of its own. If something else writes to the vault's secret, find it in the vault's diagnostic log, or set the sync's drift policy to “report”.",
  },
  VERSION_LIMIT_NEAR: {
    scope: "secret",
    retry: "none",
    message: "“{vaultName}” has about {versions} versions; from 501 on Key Vault can't back it up any more.",
    hint: "If you need backups, give the secret another name here, which begins a new one in the vault.",
  },
} as const satisfies Record<string, FailureDefinition>;
