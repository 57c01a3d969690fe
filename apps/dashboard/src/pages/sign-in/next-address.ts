/** Where to go after signing in, and whether control draws that page itself, so that the browser must load it. */
export type NextAddress = Readonly<{ href: string; outside: boolean }>;

const OUTSIDE = ["/ops/", "/v1/"];

/** Only a path of this site, whatever stands in the address: nobody is sent elsewhere after signing in. */
export function nextAddress(wanted: string | undefined): NextAddress {
  const home = { href: "/", outside: false };
  if (wanted === undefined || !wanted.startsWith("/") || wanted.includes("\\")) return home;
  const url = URL.parse(wanted, "http://here.invalid");
  // “/.//elsewhere” is a path of this site for a URL, and as “//elsewhere” another site for a browser.
  if (url?.origin !== "http://here.invalid" || url.pathname.startsWith("//")) return home;
  if (url.pathname === "/sign-in") return home;
  return {
    href: url.pathname + url.search + url.hash,
    outside: OUTSIDE.some((start) => url.pathname.startsWith(start)),
  };
}
