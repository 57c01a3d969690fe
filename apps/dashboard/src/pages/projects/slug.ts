/** How long a slug may be, as the API has it. */
export const LONGEST_SLUG = 48;

/** A slug for a name, as far as it has letters and digits for one: “Online Shop (EU)” → `online-shop-eu`. */
export function slugOf(name: string): string {
  const plain = name.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
  return plain
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, LONGEST_SLUG)
    .replaceAll(/-+$/g, "");
}
