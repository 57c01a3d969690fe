export { connectConsumer, connectProducer, DEFAULT_PREFIX } from "./connection.ts";
export { Doorbell, type DoorbellOptions, type QueueDepth, type RunReason } from "./doorbell.ts";
export { News, NewsStand } from "./news.ts";
export { Presence, type SeenWorker } from "./presence.ts";
export { readBudgets, type VaultBudgetState } from "./vault-budgets.ts";
export {
  Consumer,
  type ConsumerOptions,
  type JobContext,
  type JobHandlers,
  type JobOutcome,
} from "./consumer.ts";
