import type { VersionProperties } from "../port.ts";
import type { Amendment, MemoryPhase, MemoryStore, MemoryVersion } from "./memory-store.ts";
import { refuse } from "./refusal.ts";
import { keyVault } from "./rules.ts";

/** A secret with its values, for comparison. */
export type SecretSnapshot = Readonly<{
  /** In the case the vault tells. */
  name: string;
  phase: MemoryPhase;
  managed: boolean;
  /** Oldest first; the last is the current one. */
  versions: readonly MemoryVersion[];
}>;

/**
 * Somebody else with rights to the vault, past every client and its interception. Key Vault refuses to them what it
 * refuses to us, with the {@link Refusal}s of its statuses; a {@link MemoryStore} itself refuses nothing.
 */
export class OtherHands {
  readonly #store: MemoryStore;
  readonly #identity: string;

  constructor(store: MemoryStore, identity = "somebody else") {
    this.#store = store;
    this.#identity = identity;
  }

  /** A new version, which takes nothing over. */
  set(name: string, value: string, properties: Partial<VersionProperties> = {}): void {
    keyVault.set(this.#store, name, value, { tags: {}, ...properties }, this.#identity);
  }

  /** Changes the current version without a new one; what isn't given stays, and tags are replaced as a set. */
  amend(name: string, amendment: Amendment): void {
    keyVault.amend(this.#store, name, amendment);
  }

  setEnabled(name: string, enabled: boolean): void {
    keyVault.amend(this.#store, name, { enabled });
  }

  delete(name: string): void {
    keyVault.remove(this.#store, name);
  }

  recover(name: string): void {
    keyVault.recover(this.#store, name);
  }

  purge(name: string): void {
    keyVault.purge(this.#store, name);
  }

  /** A certificate under a free name, to which the name's secret belongs. */
  addManaged(name: string, value: string): void {
    if (this.#store.find(name) !== undefined || this.#store.isHeld(name)) throw refuse.taken();
    keyVault.set(this.#store, name, value, { tags: {} }, this.#identity);
    this.#store.setManaged(name);
  }

  /** The current value of a secret that is there, disabled or not. */
  peek(name: string): string | undefined {
    return this.#store.peek(name);
  }

  /** All there is, by upper-cased name and in that order; later changes of the vault don't change it. */
  snapshot(): ReadonlyMap<string, SecretSnapshot> {
    return new Map(
      this.#store.all().map((secret) => {
        const { name, managed, versions } = secret;
        const phase = this.#store.phaseOf(secret);
        return [name.toUpperCase(), { name, phase, managed, versions: [...versions] }];
      }),
    );
  }
}
