/** A vault's name may have 24 characters; the sync's part makes it its own. */
const LONGEST = 24;

/** The name of the vault that a sync gets in local Azure: of its project's slug, and its own for each sync. */
export function vaultNameOf(projectSlug: string, syncId: string): string {
  const own = `-${syncId.slice(0, 6)}`;
  const start = projectSlug
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, LONGEST - own.length)
    .replace(/-+$/, "");
  return `${start === "" ? "vault" : start}${own}`;
}
