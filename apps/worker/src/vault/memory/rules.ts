import type { VersionProperties } from "../port.ts";
import { checkName, checkProperties, checkVersion } from "./limits.ts";
import type { Amendment, MemorySecret, MemoryStore, MemoryVersion } from "./memory-store.ts";
import { refuse } from "./refusal.ts";

/**
 * Key Vault's operations on what a {@link MemoryStore} holds. What it refuses is thrown as a {@link refuse}d status and
 * code, after which nothing has changed.
 */
export const keyVault = {
  /** @param by whose write it is */
  set(
    store: MemoryStore,
    name: string,
    value: string,
    properties: VersionProperties,
    by: string,
  ): MemoryVersion {
    checkName(name);
    checkVersion(value, properties);
    refuseUnlessWritable(store, name);
    return store.addVersion(name, value, properties, by);
  },

  /** Changes the current version; what isn't given stays. */
  amend(store: MemoryStore, name: string, amendment: Amendment): void {
    checkName(name);
    checkProperties(amendment);
    live(store, name);
    const given = Object.entries(amendment).filter(([, value]) => value !== undefined);
    store.amend(name, Object.fromEntries(given));
  },

  remove(store: MemoryStore, name: string): void {
    checkName(name);
    const secret = live(store, name);
    if (secret.managed) throw refuse.managed();
    store.remove(secret);
  },

  /** The secret, if its deletion is done; else undefined. */
  deleted(store: MemoryStore, name: string): MemorySecret | undefined {
    checkName(name);
    const secret = store.find(name);
    return secret !== undefined && store.phaseOf(secret) === "deleted" ? secret : undefined;
  },

  recover(store: MemoryStore, name: string): void {
    checkName(name);
    store.recover(recoverable(store, name));
  },

  purge(store: MemoryStore, name: string): void {
    checkName(name);
    const secret = recoverable(store, name);
    if (store.isPurgeProtected) throw refuse.purgeProtected();
    store.purge(secret);
  },
};

function refuseUnlessWritable(store: MemoryStore, name: string): void {
  if (store.isHeld(name)) throw refuse.beingDeleted();
  const secret = store.find(name);
  if (secret === undefined) return;
  switch (store.phaseOf(secret)) {
    case "deleting":
      throw refuse.beingDeleted();
    case "deleted":
      throw refuse.deleted();
    case "recovering":
      throw refuse.beingRecovered();
    case "live":
      if (secret.managed) throw refuse.managed();
  }
}

function live(store: MemoryStore, name: string): MemorySecret {
  const secret = store.find(name);
  if (secret === undefined) throw refuse.notFound();
  const phase = store.phaseOf(secret);
  if (phase === "recovering") throw refuse.beingRecovered();
  if (phase !== "live") throw refuse.notFound();
  return secret;
}

function recoverable(store: MemoryStore, name: string): MemorySecret {
  const secret = store.find(name);
  if (secret === undefined) throw refuse.notFound();
  switch (store.phaseOf(secret)) {
    case "deleting":
      throw refuse.beingDeleted();
    case "recovering":
      throw refuse.beingRecovered();
    case "live":
      throw refuse.notFound();
    case "deleted":
      return secret;
  }
}
