/** A part of a command: text, or a placeholder that one has to fill in. */
export type CommandPart = Readonly<{ text: string; at: number; isPlaceholder: boolean }>;

/** What may be typed for the placeholders of commands. */
export type Fillings = Readonly<{ vaultName: string; resourceGroup: string }>;

const PLACEHOLDER = /<[a-z][a-z-]*>/g;

/** Puts what was typed in the places of its placeholders. What their names can’t hold is left out, so that
 * nothing typed ends a string or a word. */
export function fillIn(command: string, { vaultName, resourceGroup }: Fillings): string {
  const put = (into: string, placeholder: string, text: string): string =>
    text === "" ? into : into.replaceAll(placeholder, text);
  const vault = vaultName.replaceAll(/[^A-Za-z0-9-]/g, "");
  const group = resourceGroup.replaceAll(/[^\p{L}\p{N}_.()-]/gu, "");
  return put(put(command, "<vault-name>", vault), "<resource-group>", group);
}

/** Splits a command into its text and the placeholders that are left. */
export function partsOf(command: string): readonly CommandPart[] {
  const parts: CommandPart[] = [];
  let from = 0;
  for (const { 0: text, index } of command.matchAll(PLACEHOLDER)) {
    parts.push(
      { text: command.slice(from, index), at: from, isPlaceholder: false },
      { text, at: index, isPlaceholder: true },
    );
    from = index + text.length;
  }
  parts.push({ text: command.slice(from), at: from, isPlaceholder: false });
  return parts.filter(({ text }) => text !== "");
}
