import { describe, expect, test } from "@jest/globals";
import type { SystemState } from "../../api/overview.ts";
import { systemFacts } from "./system-words.ts";

const at = "2026-11-25T20:00:00.000Z";
const vault = { limit: 240, currentLimit: 120, since: at, heldUntil: null };
const calm: SystemState = {
  database: { reachable: true, latencyMs: 1 },
  redis: { reachable: true, latencyMs: 2 },
  queues: [{ name: "runs", waiting: 0, active: 1, delayed: 2, failed: 0 }],
  workers: [{ name: "worker-0", seenAt: at }],
  throttledVaults: [],
  signingKey: { activeSince: at, nextPublishedAt: null, dueAt: at, overdue: false },
};

describe("what stands behind the syncs, in words", () => {
  test.each<[string, string, Partial<SystemState>]>([
    ["Workers", "1 running success", {}],
    ["Workers", "None is heard of danger", { workers: [] }],
    ["Workers", "Unknown neutral", { workers: null }],
    ["Queues", "Nothing waits success", {}],
    [
      "Queues",
      "2,000 waiting warning",
      { queues: [{ name: "runs", waiting: 2_000, active: 0, delayed: 0, failed: 0 }] },
    ],
    ["Throttled vaults", "None success", {}],
    [
      "Throttled vaults",
      "1 vault warning",
      {
        throttledVaults: [
          { ...vault, vaultUrl: "https://a", requests: "writes" },
          { ...vault, vaultUrl: "https://a", requests: "reads" },
        ],
      },
    ],
    ["Signing key", "Active success", {}],
    ["Signing key", "Rotation is overdue danger", { signingKey: { ...calm.signingKey, overdue: true } }],
    ["Signing key", "None is active danger", { signingKey: { ...calm.signingKey, activeSince: null } }],
    [
      "PostgreSQL and Redis",
      "Redis can’t be reached danger",
      { redis: { reachable: false, latencyMs: null } },
    ],
  ])("%s: %s", (name, words, changes) => {
    const fact = systemFacts({ ...calm, ...changes }).find((one) => one.name === name);
    expect(`${fact?.words} ${fact?.tone}`).toBe(words);
  });
});
