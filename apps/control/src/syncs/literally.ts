/** A search that takes each character for itself: PostgreSQL's LIKE, which stands behind it, has wildcards. */
export function literally(search: string): string {
  return search.replaceAll(/[\\%_]/g, String.raw`\$&`);
}
