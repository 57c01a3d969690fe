import type { Failure } from "./failures/table.ts";
import type { NamePolicy } from "./identifiers.ts";

/** Key Vault's longest name. Source: Azure's naming rules for Microsoft.KeyVault/vaults/secrets. */
export const MAX_VAULT_NAME = 127;

/** Key Vault compares names without regard to case; this is what is compared. */
export function vaultKeyOf(vaultName: string): string {
  return vaultName.toLowerCase();
}

export type NameRule = Readonly<{ prefix: string; policy: NamePolicy }>;

export type MappedName =
  | { readonly ok: true; readonly vaultName: string; readonly key: string }
  | { readonly ok: false; readonly failure: Failure };

/**
 * A secret's name in the vault.
 *
 * - `strict`: as it is; a name with anything but letters, digits and hyphens fails.
 * - `hyphenate`: `_` becomes `-`.
 * - `dotnet`: `__` becomes `--`, which .NET's configuration reads as `:`, then `_` becomes `-`. For now that is what
 *   `hyphenate` gives too; the policy says what the names are for.
 */
export function mapName(secretName: string, { prefix, policy }: NameRule): MappedName {
  const vaultName = prefix + applyPolicy(secretName, policy);
  const foreign = [...new Set(vaultName.match(/[^A-Za-z0-9-]/g))];
  if (foreign.length > 0)
    return {
      ok: false,
      failure: {
        code: "NAME_UNSUPPORTED",
        fields: { secretName, characters: foreign.join(" "), alternative: alternativeTo(foreign) },
      },
    };
  if (vaultName.length > MAX_VAULT_NAME)
    return { ok: false, failure: { code: "NAME_TOO_LONG", fields: { vaultName, length: vaultName.length } } };
  return { ok: true, vaultName, key: vaultKeyOf(vaultName) };
}

/** What would help beside another name, as the end of a sentence. */
function alternativeTo(foreign: readonly string[]): string {
  const onlyUnderscores = foreign.every((character) => character === "_");
  return onlyUnderscores ? ", or set the sync's name policy to “hyphenate”, which turns _ into -" : "";
}

function applyPolicy(name: string, policy: NamePolicy): string {
  const underscore = underscoreAs(policy);
  return underscore === null ? name : name.replaceAll("_", underscore);
}

/** What a policy makes of `_`, or null where it stays. */
export function underscoreAs(policy: NamePolicy): string | null {
  return policy === "strict" ? null : "-";
}

export type NamedSecret<Secret> = Readonly<{ secret: Secret; mapped: MappedName }>;

/** A secret's name in the vault: the one that somebody chose for it, as it is, or what the rule makes of its own. */
function mapSecret({ name, explicitName }: Named, rule: NameRule): MappedName {
  return explicitName === null
    ? mapName(name, rule)
    : { ok: true, vaultName: explicitName, key: vaultKeyOf(explicitName) };
}

/** The key that a secret lays claim to, even if a collision keeps it from having it. */
export function claimedKey(secret: Named, rule: NameRule): string | undefined {
  const mapped = mapSecret(secret, rule);
  return mapped.ok ? mapped.key : undefined;
}

type Named = Readonly<{ name: string; explicitName: string | null }>;

/**
 * Maps all names and finds the collisions: secrets whose vault names differ in case at the most. Every party to one
 * fails, naming the others; which of them should win isn't for us to say.
 */
export function mapNames<Secret extends Named>(
  secrets: readonly Secret[],
  rule: NameRule,
): NamedSecret<Secret>[] {
  const named = secrets.map((secret) => ({ secret, mapped: mapSecret(secret, rule) }));
  const claims = new Map<string, number>();
  for (const { mapped } of named) if (mapped.ok) claims.set(mapped.key, (claims.get(mapped.key) ?? 0) + 1);
  if (claims.size === named.length) return named;
  const rivals = Map.groupBy(
    named.filter(({ mapped }) => mapped.ok && (claims.get(mapped.key) ?? 0) > 1),
    ({ mapped }) => (mapped.ok ? mapped.key : ""),
  );
  return named.map((entry) => {
    const { secret, mapped } = entry;
    if (!mapped.ok) return entry;
    const others = (rivals.get(mapped.key) ?? []).filter((other) => other.secret !== secret);
    if (others.length === 0) return entry;
    const fields = {
      secretName: secret.name,
      vaultName: mapped.vaultName,
      others: others.map((other) => `“${other.secret.name}”`).join(", "),
    };
    return { secret, mapped: { ok: false, failure: { code: "NAME_COLLISION", fields } } };
  });
}
