/** Makes text harmless inside HTML, in elements and in quoted attributes. */
export function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}

/**
 * A whole page around its content. Styles come from `/pages.css`; there is no script.
 *
 * @param refreshSeconds loads the page anew after so long, while something is going on
 */
export function page(
  title: string,
  content: (tools: { readonly escape: (text: string) => string }) => string,
  refreshSeconds?: number,
): string {
  const refresh =
    refreshSeconds === undefined ? "" : `<meta http-equiv="refresh" content="${refreshSeconds}">`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
${refresh}<title>${escapeHtml(title)} · kvsync</title><link rel="stylesheet" href="/pages.css"></head>
<body>${content({ escape: escapeHtml })}</body></html>`;
}
