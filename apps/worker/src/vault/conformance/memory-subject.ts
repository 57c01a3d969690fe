import { MemoryStore } from "../memory/memory-store.ts";
import { MemoryVault } from "../memory/memory-vault.ts";
import { OtherHands } from "../memory/other-hands.ts";
import { WINDOW_MS, type Subject, type SubjectOptions } from "./subject.ts";

/** A vault in memory whose clock stands still unless it is told to move. */
export function memorySubject(startedAt: number, options: SubjectOptions = {}): Subject {
  let time = startedAt;
  const now = (): number => time;
  const store = new MemoryStore({ now, deleteMs: WINDOW_MS, recoverMs: WINDOW_MS, purgeMs: WINDOW_MS });
  return {
    vault: new MemoryVault(store, undefined, options),
    others: new OtherHands(store),
    now,
    pass: (ms) => {
      time += ms;
    },
  };
}
