import { randomUUID } from "node:crypto";
import { connectProducer } from "@kvsync/queue";
import { requiredSetting } from "@kvsync/testing";
import { SharedBudget } from "./shared-budget.ts";
import { simulate, type Outcome, type Simulation } from "./simulation.ts";

/** Budgets of a test's own in a real Redis. */
export type TestBudgets = Readonly<{
  budget: SharedBudget;
  /** A budget that nobody used yet. */
  newKey: () => string;
  /** Simulates on a budget that nobody used yet. */
  simulate: (simulation: Simulation) => Promise<Outcome>;
  close: () => void;
}>;

export async function openTestBudgets(): Promise<TestBudgets> {
  const redis = connectProducer(requiredSetting("TEST_REDIS_URL"), () => undefined);
  await redis.ping();
  const budget = new SharedBudget(redis);
  const newKey = (): string => `{test-${randomUUID()}}:budget`;
  return {
    budget,
    newKey,
    simulate: (simulation) => simulate(budget, newKey(), simulation),
    close: () => redis.disconnect(),
  };
}
