import type { Failure } from "@kvsync/contracts";
import { FailureError } from "../../failure-error.ts";
import type { DeletedItem, Vault, VaultItem, VaultVersion, VersionProperties, Written } from "../port.ts";
import { keyOf, MemoryStore, type MemorySecret, type MemoryVersion } from "./memory-store.ts";

/** A page of a list holds so many secrets. */
const PAGE = 25;
const MAX_VALUE_LENGTH = 25_600;
const MAX_TAGS = 15;
const NAME = /^[0-9A-Za-z-]{1,127}$/;

/** A call of the port, as an interceptor sees it. */
export type MemoryCall = Readonly<{ kind: Exclude<keyof Vault, "isDeleted">; name: string }>;

/**
 * Stands between a call and its effect, and between the effect and its answer. What it throws before the effect is a
 * refusal; what it throws after it, an answer that was lost.
 */
export type Intercept = (call: MemoryCall, when: "before" | "after") => Promise<void>;

/**
 * A Key Vault in memory that behaves as Key Vault does: names without regard to case, versions with times in whole
 * seconds, nothing carried over to a new version, deletion and recovery that take a while. For tests of what uses the
 * port; the conformance suite holds it against the real client.
 */
export class MemoryVault implements Vault {
  readonly store: MemoryStore;
  readonly #intercept: Intercept;

  constructor(store: MemoryStore, intercept: Intercept = async () => undefined) {
    this.store = store;
    this.#intercept = intercept;
  }

  async *list(signal: AbortSignal): AsyncIterable<readonly VaultItem[]> {
    let after = "";
    while (true) {
      const page = await this.#call({ kind: "list", name: "" }, signal, () =>
        this.store
          .live()
          .filter((secret) => keyOf(secret.name) > after)
          .slice(0, PAGE),
      );
      yield page.map(toItem);
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return;
      after = keyOf(last.name);
    }
  }

  async versions(name: string, signal: AbortSignal): Promise<readonly VaultVersion[]> {
    return this.#call({ kind: "versions", name }, signal, () => {
      checkName(name);
      const secret = this.store.find(name);
      if (secret === undefined || this.store.phaseOf(secret) !== "live") return [];
      // In the order of their ids, which is none of time.
      return secret.versions.map((version) => toVersion(secret, version)).toSorted(byVersion);
    });
  }

  async set(
    name: string,
    value: string,
    properties: VersionProperties,
    signal: AbortSignal,
  ): Promise<Written> {
    return this.#call({ kind: "set", name }, signal, () => {
      checkName(name);
      this.#checkWritable(name);
      if (value.length > MAX_VALUE_LENGTH)
        throw fails({ code: "VAULT_VALUE_REFUSED", fields: { vaultName: name } });
      if (Object.keys(properties.tags).length > MAX_TAGS)
        throw fails({
          code: "VAULT_REQUEST_REFUSED",
          fields: { vaultName: name, detail: "BadParameter" },
        });
      const { version, updated } = this.store.addVersion(name, value, properties);
      return { version, updated, requestId: this.store.nextRequestId() };
    });
  }

  async remove(name: string, signal: AbortSignal): Promise<void> {
    await this.#call({ kind: "remove", name }, signal, () => {
      checkName(name);
      const secret = this.store.find(name);
      if (secret === undefined) return;
      const phase = this.store.phaseOf(secret);
      if (phase === "recovering")
        throw fails({ code: "VAULT_SECRET_BEING_RECOVERED", fields: { vaultName: name } });
      if (phase !== "live") return;
      if (secret.managed) throw fails({ code: "VAULT_SECRET_MANAGED", fields: { vaultName: name } });
      this.store.remove(secret);
    });
  }

  async isDeleted(name: string, signal: AbortSignal): Promise<boolean> {
    return (await this.deletedTags(name, signal)) !== null;
  }

  async *listDeleted(signal: AbortSignal): AsyncIterable<readonly DeletedItem[]> {
    const deleted = await this.#call({ kind: "listDeleted", name: "" }, signal, () => this.store.deleted());
    for (let from = 0; from === 0 || from < deleted.length; from += PAGE)
      yield deleted.slice(from, from + PAGE).map((secret) => ({
        name: secret.name,
        tags: this.store.currentOf(secret).tags,
      }));
  }

  async deletedTags(name: string, signal: AbortSignal): Promise<Readonly<Record<string, string>> | null> {
    return this.#call({ kind: "deletedTags", name }, signal, () => {
      checkName(name);
      const secret = this.store.find(name);
      if (secret === undefined || this.store.phaseOf(secret) !== "deleted") return null;
      return this.store.currentOf(secret).tags;
    });
  }

  async recover(name: string, signal: AbortSignal): Promise<void> {
    await this.#call({ kind: "recover", name }, signal, () => {
      checkName(name);
      const secret = this.store.find(name);
      const phase = secret && this.store.phaseOf(secret);
      if (secret === undefined || phase === "live" || phase === "recovering")
        throw fails({ code: "VAULT_SECRET_GONE", fields: { vaultName: name } });
      if (phase === "deleting")
        throw fails({ code: "VAULT_SECRET_BEING_DELETED", fields: { vaultName: name } });
      this.store.recover(secret);
    });
  }

  async purge(name: string, signal: AbortSignal): Promise<void> {
    await this.#call({ kind: "purge", name }, signal, () => {
      checkName(name);
      const secret = this.store.find(name);
      const phase = secret && this.store.phaseOf(secret);
      if (secret === undefined || phase === "live" || phase === "recovering") return;
      if (phase === "deleting")
        throw fails({ code: "VAULT_SECRET_BEING_DELETED", fields: { vaultName: name } });
      this.store.purge(secret);
    });
  }

  #checkWritable(name: string): void {
    const secret = this.store.find(name);
    if (secret === undefined) return;
    const fields = { vaultName: name };
    switch (this.store.phaseOf(secret)) {
      case "deleting":
        throw fails({ code: "VAULT_SECRET_BEING_DELETED", fields });
      case "deleted":
        throw fails({ code: "VAULT_SECRET_DELETED", fields });
      case "recovering":
        throw fails({ code: "VAULT_SECRET_BEING_RECOVERED", fields });
      case "live":
        if (secret.managed) throw fails({ code: "VAULT_SECRET_MANAGED", fields });
    }
  }

  async #call<Result>(call: MemoryCall, signal: AbortSignal, effect: () => Result): Promise<Result> {
    signal.throwIfAborted();
    await this.#intercept(call, "before");
    signal.throwIfAborted();
    const result = effect();
    await this.#intercept(call, "after");
    return result;
  }
}

const fails = (failure: Failure): FailureError => new FailureError(failure);

function checkName(name: string): void {
  if (!NAME.test(name)) throw fails({ code: "VAULT_NAME_REFUSED", fields: { vaultName: name } });
}

const byVersion = (one: VaultVersion, other: VaultVersion): number => (one.version < other.version ? -1 : 1);

function toItem(secret: MemorySecret): VaultItem {
  const current = secret.versions.at(-1);
  if (current === undefined) throw new RangeError("a secret has a version");
  return describe(secret, current);
}

function toVersion(secret: MemorySecret, version: MemoryVersion): VaultVersion {
  return { ...describe(secret, version), version: version.version, created: version.created };
}

function describe({ name, managed }: MemorySecret, version: MemoryVersion): VaultItem {
  const { enabled, updated, contentType, notBefore, expires, tags } = version;
  return { name, enabled, managed, updated, contentType, notBefore, expires, tags: { ...tags } };
}
