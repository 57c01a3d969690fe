export { createEmptyDatabase, createTestDatabase, requiredSetting, type TestDatabase } from "./database.ts";
export { capturingLogger } from "./logs.ts";
export { tamper, writeChainAnew } from "./tampering.ts";
export { until } from "./until.ts";
