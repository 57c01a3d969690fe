import type { Sync } from "../../api/syncs.ts";

type NameRule = Pick<Sync, "name" | "prefix" | "namePolicy">;

const LONGEST = 127;

/** Which of these syncs can't hold a secret of this name in its vault, and why. Nothing for a name that all can hold. */
export function nameHints(name: string, syncs: readonly NameRule[]): string[] {
  return syncs.flatMap(({ name: sync, prefix, namePolicy }) => {
    const vaultName = prefix + (namePolicy === "strict" ? name : name.replaceAll("_", "-"));
    const foreign = [...new Set(vaultName.match(/[^A-Za-z0-9-]/g))];
    if (foreign.length > 0)
      return [`“${sync}” can’t write it: Key Vault takes no ${foreign.join(" ")} in names.`];
    if (vaultName.length > LONGEST)
      return [
        `“${sync}” can’t write it: with its prefix it has ${vaultName.length} characters of ${LONGEST}.`,
      ];
    return [];
  });
}
