import type { Record } from "../journal/entry.ts";
import type { Vault } from "./model.ts";
import { SecretStore } from "./secret-store.ts";
import { SlidingWindow } from "./throttle.ts";

/** A vault at work: its settings, its secrets, and what it has let pass lately. */
export type RunningVault = {
  vault: Vault;
  readonly store: SecretStore;
  readonly creates: SlidingWindow;
  readonly others: SlidingWindow;
};

/** All vaults by name; names are found whatever their case. */
export class Vaults {
  readonly #record: Record;
  readonly #byName = new Map<string, RunningVault>();

  constructor(record: Record) {
    this.#record = record;
  }

  get(name: string): RunningVault | undefined {
    return this.#byName.get(name.toLowerCase());
  }

  all(): readonly RunningVault[] {
    return [...this.#byName.values()];
  }

  /** Adds the vault or changes its settings. */
  save(vault: Vault): RunningVault {
    const running = this.restore(vault);
    this.#record([{ type: "vault", vault }]);
    return running;
  }

  restore(vault: Vault): RunningVault {
    const name = vault.name.toLowerCase();
    const known = this.#byName.get(name);
    if (known !== undefined) {
      known.vault = vault;
      return known;
    }
    const running = {
      vault,
      store: new SecretStore(name, this.#record),
      creates: new SlidingWindow(),
      others: new SlidingWindow(),
    };
    this.#byName.set(name, running);
    return running;
  }
}
