import { randomUUID } from "node:crypto";
import { bundle, bundleWithValue } from "./bundles.ts";
import type { Call, Result } from "./call.ts";
import { deny } from "./errors.ts";
import { findVersion, type Secret, type SecretVersion } from "./secret.ts";
import { parseSet, parseUpdate } from "./secret-input.ts";

/** 32 lower-case hexadecimal digits: a random GUID without hyphens, as Key Vault's recorded version ids are. */
export function newVersionId(): string {
  return randomUUID().replaceAll("-", "");
}

/** Always makes a new version, which inherits nothing from the one before. */
export function setSecret({ vault, store, clock, base, name, body }: Call): Result {
  const input = parseSet(body);
  const now = clock.now();
  const known = store.get(name, now);
  if (known !== undefined) refuseUnlessWritable(known, name, now);
  if (known?.head.managedBy !== undefined) throw deny.setOfManaged();
  const { contentType, tags, attributes } = input;
  const version: SecretVersion = {
    id: newVersionId(),
    value: input.value,
    ...(contentType == null ? {} : { contentType }),
    ...(tags == null ? {} : { tags }),
    enabled: attributes?.enabled ?? true,
    ...(attributes?.nbf == null ? {} : { notBefore: attributes.nbf }),
    ...(attributes?.exp == null ? {} : { expires: attributes.exp }),
    created: clock.seconds(),
    updated: clock.seconds(),
  };
  if (known === undefined) store.add([{ name, versions: [version] }]);
  else store.addVersion(known, version);
  const secret = known ?? store.get(name, now);
  if (secret === undefined) throw new Error("a secret that was just set is missing");
  return { status: 200, body: bundleWithValue(base, vault, secret, version) };
}

/** Changes attributes, content type and tags of a version; what isn't given stays, tags are replaced as a set. */
export function updateSecret({ vault, store, clock, base, name, version: id, body }: Call): Result {
  const input = parseUpdate(body);
  const secret = existing(store.get(name, clock.now()), name, clock.now());
  const before = id === "" ? secret.current : findVersion(secret, id.toLowerCase());
  if (before === undefined) throw deny.notFound(`${name}/${id}`);
  const version: SecretVersion = {
    ...before,
    ...(input.contentType == null ? {} : { contentType: input.contentType }),
    ...(input.tags == null ? {} : { tags: input.tags }),
    enabled: input.attributes?.enabled ?? before.enabled,
    ...(input.attributes?.nbf == null ? {} : { notBefore: input.attributes.nbf }),
    ...(input.attributes?.exp == null ? {} : { expires: input.attributes.exp }),
    updated: clock.seconds(),
  };
  store.replaceVersion(secret, version);
  return { status: 200, body: bundle(base, vault, secret, version) };
}

/**
 * The secret, if it is there to be changed.
 *
 * @throws {VaultError} 404 when it is absent or deleted, 409 while it is being recovered
 */
export function existing(secret: Secret | undefined, name: string, now: number): Secret {
  if (secret === undefined || secret.head.phase.phase !== "active") throw deny.notFound(name);
  if (secret.head.phase.readyAt > now) throw deny.beingRecovered(name);
  return secret;
}

/** @throws {VaultError} one of the three 409s, while the name can't be written to */
export function refuseUnlessWritable({ head: { phase } }: Secret, name: string, now: number): void {
  switch (phase.phase) {
    case "active":
      if (phase.readyAt > now) throw deny.beingRecovered(name);
      return;
    case "deleted":
      throw phase.readyAt > now ? deny.beingDeleted(name) : deny.deletedButRecoverable(name);
    case "purged":
      throw deny.beingDeleted(name);
  }
}
