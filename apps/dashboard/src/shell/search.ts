/** Texts in an address's query. */
type Texts<Name extends string> = { [name in Name]?: string };

/**
 * Reads these texts from an address's query, and leaves out everything else: what isn't text, or empty. Numbers and
 * words that the router took for more than text are text again.
 */
export function takeText<const Name extends string>(
  ...names: readonly Name[]
): (search: Record<string, unknown>) => Texts<Name> {
  return (search) => {
    const taken: Texts<Name> = {};
    for (const name of names) {
      const given = search[name];
      if (typeof given === "string" && given !== "") taken[name] = given;
      else if (typeof given === "number" || typeof given === "boolean") taken[name] = String(given);
    }
    return taken;
  };
}

/** An address's texts without one of them. */
export function without<Search extends object, Name extends keyof Search>(
  search: Search,
  name: Name,
): Omit<Search, Name> {
  return Object.fromEntries(Object.entries(search).filter(([one]) => one !== name)) as Omit<Search, Name>;
}
