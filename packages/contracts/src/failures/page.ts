import type { FailureDefinition, FailureScope, RetryClass } from "./definition.ts";
import { entraFailures } from "./entra.ts";
import { sourceFailures } from "./source.ts";
import { systemFailures } from "./system.ts";
import { vaultFailures } from "./vault.ts";
import { warnings } from "./warnings.ts";

type Area = Readonly<{ title: string; when: string; failures: Readonly<Record<string, FailureDefinition>> }>;

const areas: readonly Area[] = [
  {
    title: "The secret and its place in the vault",
    when: "Found when a run makes its plan, from the secret, its name and the vault's list. For these nothing is written.",
    failures: sourceFailures,
  },
  {
    title: "Key Vault",
    when: "What Key Vault answers to a request of a run or a validation, and what can happen on the way to it.",
    failures: vaultFailures,
  },
  {
    title: "Microsoft Entra",
    when: "What Entra answers when a worker exchanges its assertion for an access token, and what can happen on the way to it. `AADSTS…` is Entra's own code.",
    failures: entraFailures,
  },
  {
    title: "kvsync itself",
    when: "Failures of this installation's own parts: issuer, keys, database, workers.",
    failures: systemFailures,
  },
  {
    title: "Warnings",
    when: "Nothing failed; shown beside a sync because it will, or because it costs more than it should.",
    failures: warnings,
  },
];

const scopes: Record<FailureScope, string> = {
  secret: "Concerns one secret; the others go on.",
  sync: "Concerns the sync as a whole, as every secret would fail the same way.",
};

const retries: Record<RetryClass, string> = {
  transient: "Tried again by itself, with growing gaps.",
  grace:
    "Tried again by itself for some minutes after the sync was connected, as Azure may not have propagated a setting yet; then only when something changes.",
  permanent: "Not tried again before something changes: the secret, the sync, or somebody runs the sync.",
  none: "A warning: nothing failed.",
};

/**
 * The documentation's page about failures, as Markdown in the project's format. A code's heading is its anchor, for
 * example `failures.md#vault_throttled`.
 */
export function renderFailuresPage(): string {
  return `${[...introduction, ...areas.flatMap(renderArea)].join("\n\n")}\n`;
}

const introduction = [
  "# Failures",
  "Made from `packages/contracts/src/failures` with `npm run docs`; change it there.",
  "Every failure that a record, a run or a validation can carry has a code that stays the same from version to version, a sentence that says what happened, and one or two that say what to do. `{…}` is filled in when the failure is shown. No sentence ever holds a secret's value.",
];

function renderArea({ title, when, failures }: Area): string[] {
  return [`## ${title}`, when, ...Object.entries(failures).flatMap(renderFailure)];
}

function renderFailure([code, { scope, retry, message, hint }]: readonly [
  string,
  FailureDefinition,
]): string[] {
  return [
    `### ${code}`,
    `> ${toMarkdown(message)}`,
    `**What to do:** ${toMarkdown(hint)}`,
    `${scopes[scope]} ${retries[retry]}`,
  ];
}

/** Fields, settings and underscores alone as code, which Markdown would otherwise take for its own signs. */
function toMarkdown(sentence: string): string {
  return sentence
    .replaceAll(/\{\w+\}/g, "`$&`")
    .replaceAll(/\b[A-Z]+(?:_[A-Z]+)+\b/g, "`$&`")
    .replaceAll(/(?<= )_(?= )/g, "`_`");
}
