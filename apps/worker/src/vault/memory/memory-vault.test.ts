import { describeConformance, type Subject } from "../conformance/conformance.ts";
import { MemoryStore } from "./memory-store.ts";
import { MemoryVault } from "./memory-vault.ts";

describeConformance("a vault in memory", async (): Promise<Subject> => {
  let now = Date.parse("2026-01-01T00:00:00Z");
  const store = new MemoryStore({ now: () => now, deleteMs: 1_000, recoverMs: 1_000 });
  return {
    vault: new MemoryVault(store),
    settle: () => {
      now += 1_500;
    },
    setEnabled: (name, enabled) => store.amend(name, { enabled }),
    addManaged: (name) => {
      store.addVersion(name, "-----BEGIN", { tags: {} });
      store.setManaged(name);
    },
    peek: (name) => store.peek(name),
  };
});
