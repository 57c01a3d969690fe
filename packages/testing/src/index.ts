export { capturingLogger } from "./logs.ts";
export { createEmptyDatabase, createTestDatabase, requiredSetting, type TestDatabase } from "./database.ts";
export { outcomeOf, type Outcome } from "./outcome.ts";
export { startReceiver, type Received, type Receiver, type ReceiverAnswer } from "./receiver.ts";
export { tamper, writeChainAnew } from "./tampering.ts";
export { until } from "./until.ts";
