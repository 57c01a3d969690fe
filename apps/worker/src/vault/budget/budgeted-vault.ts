import type { Vault } from "../port.ts";
import type { Pause, VaultBudget } from "./budgets.ts";

/**
 * A vault whose reads take their turn in the vault's budget: each page of a list, and each look at a secret's versions
 * or at a deleted secret. Writes take theirs where they are tried again, so that each attempt counts.
 */
export function budgetReads(vault: Vault, budget: VaultBudget, pause: Pause): Vault {
  const turn = (): Promise<void> => budget.takeRead(pause);
  return {
    list: (signal) => paged(vault.list(signal), turn),
    listDeleted: (signal) => paged(vault.listDeleted(signal), turn),
    versions: async (name, signal) => {
      await turn();
      return vault.versions(name, signal);
    },
    isDeleted: async (name, signal) => {
      await turn();
      return vault.isDeleted(name, signal);
    },
    deletedTags: async (name, signal) => {
      await turn();
      return vault.deletedTags(name, signal);
    },
    set: (name, value, properties, signal) => vault.set(name, value, properties, signal),
    remove: (name, signal) => vault.remove(name, signal),
    recover: (name, signal) => vault.recover(name, signal),
    purge: (name, signal) => vault.purge(name, signal),
  };
}

async function* paged<Page>(pages: AsyncIterable<Page>, turn: () => Promise<void>): AsyncIterable<Page> {
  const iterator = pages[Symbol.asyncIterator]();
  while (true) {
    await turn();
    const page = await iterator.next();
    if (page.done === true) return;
    yield page.value;
  }
}
