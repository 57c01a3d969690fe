export { connectConsumer, connectProducer, DEFAULT_PREFIX } from "./connection.ts";
export { Doorbell, type DoorbellOptions, type RunReason } from "./doorbell.ts";
export {
  Consumer,
  type ConsumerOptions,
  type JobContext,
  type JobHandlers,
  type JobOutcome,
} from "./consumer.ts";
