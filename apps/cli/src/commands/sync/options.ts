import type { Options, PositionalOptions } from "yargs";

/** The sync that a command is about. */
export const syncPositional = {
  sync: { type: "string", demandOption: true, describe: "The sync's name or id" },
} as const satisfies Record<string, PositionalOptions>;

export const limitOption = {
  limit: { type: "number", default: 20, describe: "How many failing secrets are listed at most" },
} as const satisfies Record<string, Options>;

export const yesOption = {
  yes: { type: "boolean", alias: "y", default: false, describe: "Don't ask" },
} as const satisfies Record<string, Options>;

export const namePolicies = ["strict", "hyphenate", "dotnet"] as const;
export const existingPolicies = ["fail", "adopt", "adopt-once"] as const;
