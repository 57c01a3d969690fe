/** Only a path of this site, so that nobody is sent elsewhere after signing in. */
export function safePath(next: unknown): string {
  if (typeof next !== "string" || !next.startsWith("/") || next.includes("\\")) return "/";
  const url = URL.parse(next, "http://here.invalid");
  // “/.//elsewhere” is a path of this site for a URL, and as “//elsewhere” another site for a browser.
  if (url?.origin !== "http://here.invalid" || url.pathname.startsWith("//")) return "/";
  return url.pathname + url.search + url.hash;
}
