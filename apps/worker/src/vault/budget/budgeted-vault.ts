import { FailureError } from "../../failure-error.ts";
import type { Vault } from "../port.ts";
import type { Pause, VaultBudget } from "./budgets.ts";

/** How long nobody is given anything when the vault throttles and doesn't say for how long (ms). */
const THROTTLED_MS = 1_000;

/**
 * A vault whose requests take their turn in its budget, all but writes of a version: each page of a list, each look at
 * a secret's versions or at a deleted secret, each removal, recovery and purge. Writes take theirs where they are tried
 * again, so that each attempt counts. When the vault throttles all the same, all workers leave off.
 *
 * @param pause waits so many ms, and throws when the wait for a turn must end
 */
export function budgetReads(vault: Vault, budget: VaultBudget, pause: Pause): Vault {
  const takeTurn = (): Promise<void> => budget.takeRead(pause);
  const watched = async <Result>(request: () => Promise<Result>): Promise<Result> => {
    try {
      return await request();
    } catch (error) {
      if (error instanceof FailureError && error.code === "VAULT_THROTTLED")
        await budget.hold("read", error.failure.retryAfterMs ?? THROTTLED_MS);
      throw error;
    }
  };
  const inTurn = async <Result>(request: () => Promise<Result>): Promise<Result> => {
    await takeTurn();
    return watched(request);
  };
  async function* paged<Page>(pages: AsyncIterable<Page>): AsyncIterable<Page> {
    const iterator = pages[Symbol.asyncIterator]();
    while (true) {
      const page = await watched(() => iterator.next());
      if (page.done === true) return;
      yield page.value;
    }
  }
  return {
    list: (signal) => paged(vault.list(signal, takeTurn)),
    listDeleted: (signal) => paged(vault.listDeleted(signal, takeTurn)),
    versions: (name, signal) => inTurn(() => vault.versions(name, signal)),
    isDeleted: (name, signal) => inTurn(() => vault.isDeleted(name, signal)),
    findDeleted: (name, signal) => inTurn(() => vault.findDeleted(name, signal)),
    set: (name, value, properties, signal) => vault.set(name, value, properties, signal),
    remove: (name, signal) => inTurn(() => vault.remove(name, signal)),
    recover: (name, signal) => inTurn(() => vault.recover(name, signal)),
    purge: (name, signal) => inTurn(() => vault.purge(name, signal)),
  };
}
