import { deny } from "./errors.ts";

const MAX_PAGE = 25;

/** Where a list goes on. */
export type Marker = Readonly<{
  /** The key that was listed last; empty at the start. */
  after: string;
  /** Whether the page before was an empty one by the knob, so that this one must not be. */
  afterEmptyPage: boolean;
}>;

/** @throws {VaultError} unless `maxresults` is absent or a whole number from 1 to 25 */
export function pageSize(query: URLSearchParams): number {
  const given = query.get("maxresults");
  if (given === null) return MAX_PAGE;
  const size = /^\d{1,3}$/.test(given) ? Number(given) : 0;
  if (size < 1 || size > MAX_PAGE) throw deny.invalidProperty("maxresults");
  return size;
}

/**
 * The `$skiptoken` of Key Vault's form: base64 of `{"NextMarker":"2!140!…","TargetLocation":0}`, whose marker
 * holds the upper-cased path. An empty page shows in `TargetLocation`.
 */
export function skipToken({ after, afterEmptyPage }: Marker): string {
  const path = `secret/${after}`;
  const inner = Buffer.from(
    `${String(path.length).padStart(6, "0")}!${path}!000028!9999-12-31T23:59:59.9999999Z!`,
  ).toString("base64");
  const marker = { NextMarker: `2!${String(inner.length)}!${inner}`, TargetLocation: afterEmptyPage ? 1 : 0 };
  return Buffer.from(JSON.stringify(marker)).toString("base64");
}

/** @throws {VaultError} when the token isn't one that {@link skipToken} made */
export function readSkipToken(query: URLSearchParams): Marker {
  const token = query.get("$skiptoken");
  if (token === null) return { after: "", afterEmptyPage: false };
  const outer = /^\{"NextMarker":"2!\d+!([A-Za-z0-9+/=]+)","TargetLocation":([01])\}$/.exec(
    Buffer.from(token, "base64").toString("utf8"),
  );
  const inner = /^\d{6}!secret\/([0-9A-Za-z-]*)!/.exec(
    Buffer.from(outer?.[1] ?? "", "base64").toString("utf8"),
  );
  if (outer === null || inner?.[1] === undefined) throw deny.invalidProperty("$skiptoken");
  return { after: inner[1], afterEmptyPage: outer[2] === "1" };
}

/**
 * The address of the next page: absolute, with the port always written, `$skiptoken` and the client's `maxresults`.
 *
 * @param linkBase `https://host:port` by which the client came
 */
export function nextLink(linkBase: string, path: string, query: URLSearchParams, marker: Marker): string {
  const maxResults = query.get("maxresults");
  const size = maxResults === null ? "" : `&maxresults=${encodeURIComponent(maxResults)}`;
  const version = encodeURIComponent(query.get("api-version") ?? "");
  return `${linkBase}${path}?api-version=${version}&$skiptoken=${encodeURIComponent(skipToken(marker))}${size}`;
}
