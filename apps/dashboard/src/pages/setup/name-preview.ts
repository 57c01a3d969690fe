import { mapNames } from "@kvsync/contracts/vault-names";
import type { NamePolicy } from "../../api/setup.ts";

/** A secret's name, and its name in the vault or why it has none. */
export type PreviewedName = Readonly<{ name: string; vaultName: string | null; problem: string | null }>;

export type NamePreview = Readonly<{ fitting: number; failing: number; shown: readonly PreviewedName[] }>;

const SHOWN = 6;
export const POLICIES = ["strict", "hyphenate", "dotnet"] as const satisfies readonly NamePolicy[];

/** What a policy makes of these names: the first that fail by themselves, then the first that changed, then others. */
export function previewNames(names: readonly string[], prefix: string, policy: NamePolicy): NamePreview {
  const named = mapNames(
    names.map((name) => ({ name, explicitName: null })),
    { prefix, policy },
  ).map(({ secret: { name }, mapped }): PreviewedName =>
    mapped.ok
      ? { name, vaultName: mapped.vaultName, problem: null }
      : { name, vaultName: null, problem: problemOf(mapped.failure) },
  );
  const failing = named.filter(({ problem }) => problem !== null);
  const fitting = named.filter(({ problem }) => problem === null);
  const changed = fitting.filter(({ name, vaultName }) => vaultName !== prefix + name);
  const same = fitting.filter(({ name, vaultName }) => vaultName === prefix + name);
  // The longest first, as what happens to `__` is best seen there.
  const examples = [...changed.toSorted((a, b) => underscores(b.name) - underscores(a.name)), ...same];
  const shownFailing = failing.slice(0, fitting.length === 0 ? SHOWN : SHOWN - 2);
  return {
    fitting: fitting.length,
    failing: failing.length,
    shown: [...shownFailing, ...examples.slice(0, SHOWN - shownFailing.length)],
  };
}

const underscores = (name: string): number => (name.includes("__") ? 1 : 0);

type NameFailure = Readonly<{ code: string; fields: Readonly<Record<string, string | number>> }>;

function problemOf({ code, fields }: NameFailure): string {
  if (code === "NAME_UNSUPPORTED") return `Key Vault doesn’t allow “${fields["characters"]}”`;
  if (code === "NAME_TOO_LONG") return `${fields["length"]} characters, of 127 allowed`;
  return `The same name as ${fields["others"]}`;
}

/** The policy by which the most names fit; the stricter one where several do. */
export function bestPolicy(names: readonly string[]): NamePolicy {
  let best: NamePolicy = "strict";
  let fitting = -1;
  for (const policy of POLICIES) {
    const preview = previewNames(names, "", policy);
    if (preview.fitting > fitting) [best, fitting] = [policy, preview.fitting];
  }
  return best;
}
