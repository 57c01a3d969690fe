import { bundleWithValue, listItem, versionItem } from "./bundles.ts";
import type { Call, Result } from "./call.ts";
import { deny } from "./errors.ts";
import { nextLink, pageSize, readSkipToken } from "./paging.ts";
import { findVersion, versionIndex } from "./secret.ts";
import type { Page } from "./secret-store.ts";
import type { Secret } from "./secret.ts";

/** A secret that is being recovered can't be read yet. */
export function getSecret({ vault, store, clock, base, name, version: id }: Call): Result {
  const now = clock.now();
  const secret = store.get(name, now);
  const wanted = id === "" ? name : `${name}/${id}`;
  if (secret?.head.phase.phase !== "active" || secret.head.phase.readyAt > now) throw deny.notFound(wanted);
  const version = id === "" ? secret.current : findVersion(secret, id.toLowerCase());
  if (version === undefined) throw deny.notFound(wanted);
  if (!version.enabled) throw deny.disabled();
  return { status: 200, body: bundleWithValue(base, vault, secret, version) };
}

export function listSecrets(call: Call): Result {
  return pageOfSecrets(
    call,
    "/secrets",
    (after, size) => call.store.activePage(after, size, call.clock.now()),
    (secret) => listItem(call.base, call.vault, secret),
  );
}

/** Ordered by version id, not by time. A secret that isn't there has an empty list. */
export function listSecretVersions(call: Call): Result {
  const { vault, store, clock, base, query, name } = call;
  const size = pageSize(query);
  const { after } = readSkipToken(query);
  const secret = store.get(name, clock.now());
  if (secret?.head.phase.phase !== "active" || secret.head.phase.readyAt > clock.now()) {
    return { status: 200, body: { value: [], nextLink: null } };
  }
  const start = after === "" ? 0 : versionIndex(secret.versions, `${after.toLowerCase()}~`);
  const versions = secret.versions.slice(start, start + size);
  const last = start + size < secret.versions.length ? versions.at(-1) : undefined;
  return {
    status: 200,
    body: {
      value: versions.map((version) => versionItem(base, vault, secret, version)),
      nextLink:
        last === undefined
          ? null
          : nextLink(call.linkBase, `/secrets/${secret.head.name}/versions`, query, {
              after: last.id.toUpperCase(),
              afterEmptyPage: false,
            }),
    },
  };
}

/**
 * One page of a list. By the knob `paging.emptyPageRate` a page is empty and leads on to the one that should have
 * been there; two empty ones by the knob never follow each other, so that every list ends.
 */
export function pageOfSecrets(
  { query, knobs, linkBase }: Call,
  path: string,
  read: (after: string, size: number) => Page,
  item: (secret: Secret) => unknown,
): Result {
  const size = pageSize(query);
  const marker = readSkipToken(query);
  const { emptyPageRate } = knobs.values.paging;
  if (emptyPageRate > 0 && !marker.afterEmptyPage && knobs.roll() < emptyPageRate) {
    const link = nextLink(linkBase, path, query, { after: marker.after, afterEmptyPage: true });
    return { status: 200, body: { value: [], nextLink: link } };
  }
  const { secrets, next } = read(marker.after, size);
  const link =
    next === undefined ? null : nextLink(linkBase, path, query, { after: next, afterEmptyPage: false });
  return { status: 200, body: { value: secrets.map(item), nextLink: link } };
}
