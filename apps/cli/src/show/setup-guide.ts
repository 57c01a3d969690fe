import type { SetupGuideBody } from "@kvsync/contracts/api";
import type { Look } from "../output/output.ts";

export const guideFormats = ["text", "az", "terraform", "bicep", "json"] as const;
export type GuideFormat = (typeof guideFormats)[number];

type Guide = Pick<
  SetupGuideBody,
  "issuer" | "subject" | "audience" | "credentialName" | "role" | "snippet" | "commands"
>;

/** What Azure must know of a sync: for people, or as a file that other tools take. */
export function guideLines(guide: Guide, format: GuideFormat, { paint }: Look): string[] {
  const snippet = JSON.stringify(guide.snippet, null, 2);
  if (format === "json") return [snippet];
  if (format !== "text") return [guide.commands[format].trimEnd()];
  const facts = [
    ["Issuer", guide.issuer],
    ["Subject", guide.subject],
    ["Audience", guide.audience],
    ["Name", guide.credentialName],
    ["Role", `${guide.role.name}, at the Key Vault`],
  ] as const;
  return [
    "In Azure, add a federated credential of the kind “Other issuer” to an app registration:",
    "",
    ...facts.map(([name, value]) => `  ${paint("dim", name.padEnd(10))}${value}`),
    "",
    "The same as JSON:",
    "",
    snippet,
  ];
}
