import { FailureError } from "../../failure-error.ts";
import { REQUEST_TIMEOUT_MS } from "../policies.ts";
import type {
  BeforePage,
  DeletedItem,
  Vault,
  VaultItem,
  VaultVersion,
  VersionProperties,
  Written,
} from "../port.ts";
import { vaultFailure } from "../vault-failure.ts";
import { checkName } from "./limits.ts";
import { keyOf, type MemorySecret, type MemoryStore, type MemoryVersion } from "./memory-store.ts";
import { Refusal } from "./refusal.ts";
import { keyVault } from "./rules.ts";

/** A page of a list holds so many secrets. */
const PAGE = 25;

/** The kinds of requests. `isDeleted` is the request of `findDeleted`. */
export type MemoryCallKind = Exclude<keyof Vault, "isDeleted">;

/** A request as an interceptor sees it: a call of the port, or one page of a list. The name of a list is empty. */
export type MemoryCall = Readonly<{ kind: MemoryCallKind; name: string }>;

/**
 * Stands between a request and its effect, and between the effect and its answer. What it throws before the effect is a
 * refusal; what it throws after it, an answer that was lost. After what Key Vault refuses it isn't called again.
 */
export type Intercept = (call: MemoryCall, when: "before" | "after") => Promise<void>;

export type MemoryVaultOptions = Readonly<{
  /** By which the versions it writes are told apart in the store; “sync” by default. */
  identity?: string;
  /** In the fields of failures. */
  host?: string;
  /** Whether each page of a list comes after an empty one, as Key Vault's may. */
  emptyPages?: boolean;
}>;

const ACTIONS: Readonly<Record<MemoryCallKind, string>> = {
  list: "list secrets",
  versions: "list a secret's versions",
  set: "write secrets",
  remove: "delete secrets",
  listDeleted: "list deleted secrets",
  findDeleted: "look at deleted secrets",
  recover: "recover deleted secrets",
  purge: "purge deleted secrets",
};

/**
 * A Key Vault in memory that behaves as Key Vault does: names without regard to case, versions with times in whole
 * seconds, nothing carried over to a new version, deletion and recovery that take a while. For tests of what uses the
 * port; the conformance suite holds it against the real client. Several may share a store, as clients share a vault.
 */
export class MemoryVault implements Vault {
  readonly store: MemoryStore;
  readonly #intercept: Intercept;
  readonly #identity: string;
  readonly #host: string;
  readonly #emptyPages: boolean;
  readonly #calls = new Map<MemoryCallKind, number>();
  #requests = 0;

  constructor(
    store: MemoryStore,
    intercept: Intercept = async () => undefined,
    options: MemoryVaultOptions = {},
  ) {
    this.store = store;
    this.#intercept = intercept;
    this.#identity = options.identity ?? "sync";
    this.#host = options.host ?? "memory.vault.azure.net";
    this.#emptyPages = options.emptyPages ?? false;
  }

  /** How many requests of a kind were made, those that failed among them. */
  calls(kind: MemoryCallKind): number {
    return this.#calls.get(kind) ?? 0;
  }

  /** All kinds of requests count from 0 again. */
  forgetCalls(): void {
    this.#calls.clear();
  }

  async *list(signal: AbortSignal, beforePage?: BeforePage): AsyncIterable<readonly VaultItem[]> {
    for await (const secrets of this.#pages("list", () => this.store.live(), signal, beforePage))
      yield secrets.map(toItem);
  }

  async versions(name: string, signal: AbortSignal): Promise<readonly VaultVersion[]> {
    return this.#request({ kind: "versions", name }, signal, () => {
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
    return this.#request({ kind: "set", name }, signal, (requestId) => {
      const { version, updated } = keyVault.set(this.store, name, value, properties, this.#identity);
      return { version, updated, requestId };
    });
  }

  async remove(name: string, signal: AbortSignal): Promise<void> {
    await this.#request({ kind: "remove", name }, signal, () =>
      unlessMissing(() => keyVault.remove(this.store, name)),
    );
  }

  async isDeleted(name: string, signal: AbortSignal): Promise<boolean> {
    return (await this.findDeleted(name, signal)) !== null;
  }

  async *listDeleted(signal: AbortSignal, beforePage?: BeforePage): AsyncIterable<readonly DeletedItem[]> {
    for await (const secrets of this.#pages("listDeleted", () => this.store.deleted(), signal, beforePage))
      yield secrets.map((secret) => this.#toDeleted(secret));
  }

  async findDeleted(name: string, signal: AbortSignal): Promise<DeletedItem | null> {
    return this.#request({ kind: "findDeleted", name }, signal, () => {
      const secret = keyVault.deleted(this.store, name);
      return secret === undefined ? null : this.#toDeleted(secret);
    });
  }

  #toDeleted(secret: MemorySecret): DeletedItem {
    const { enabled, tags } = this.store.currentOf(secret);
    return { name: secret.name, enabled, tags: { ...tags } };
  }

  async recover(name: string, signal: AbortSignal): Promise<void> {
    await this.#request({ kind: "recover", name }, signal, () => keyVault.recover(this.store, name));
  }

  async purge(name: string, signal: AbortSignal): Promise<void> {
    await this.#request({ kind: "purge", name }, signal, () =>
      unlessMissing(() => keyVault.purge(this.store, name)),
    );
  }

  /** Each page is looked up when it is asked for, so a list sees what changed after its pages before. */
  async *#pages(
    kind: "list" | "listDeleted",
    read: () => readonly MemorySecret[],
    signal: AbortSignal,
    beforePage: BeforePage = async () => undefined,
  ): AsyncIterable<readonly MemorySecret[]> {
    const call = { kind, name: "" };
    let after = "";
    while (true) {
      if (this.#emptyPages) {
        await beforePage();
        yield await this.#request(call, signal, () => []);
      }
      await beforePage();
      const rest = await this.#request(call, signal, () => read().filter(({ name }) => keyOf(name) > after));
      yield rest.slice(0, PAGE);
      const last = rest[PAGE - 1];
      if (last === undefined || rest.length === PAGE) return;
      after = keyOf(last.name);
    }
  }

  async #request<Result>(
    call: MemoryCall,
    signal: AbortSignal,
    effect: (requestId: string) => Result,
  ): Promise<Result> {
    signal.throwIfAborted();
    this.#calls.set(call.kind, this.calls(call.kind) + 1);
    this.#requests += 1;
    const requestId = `request-${this.#requests}`;
    await this.#intercept(call, "before");
    signal.throwIfAborted();
    const result = this.#answered(call, requestId, effect);
    await this.#intercept(call, "after");
    // As there, whoever is told to stop while a request is under way never learns its answer.
    signal.throwIfAborted();
    return result;
  }

  #answered<Result>(
    { kind, name }: MemoryCall,
    requestId: string,
    effect: (requestId: string) => Result,
  ): Result {
    try {
      return effect(requestId);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const vaultName = name === "" ? undefined : name;
      const call = { action: ACTIONS[kind], host: this.#host, vaultName, timeoutMs: REQUEST_TIMEOUT_MS };
      throw new FailureError({ ...vaultFailure(error, call), requestId }, { cause: error });
    }
  }
}

/** What isn't there counts as removed. */
function unlessMissing(effect: () => void): void {
  try {
    effect();
  } catch (error) {
    if (!(error instanceof Refusal && error.statusCode === 404)) throw error;
  }
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
