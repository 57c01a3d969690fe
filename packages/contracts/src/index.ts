export * from "./clouds.ts";
export * from "./errors.ts";
export * from "./failures/definition.ts";
export * from "./failures/table.ts";
export * from "./identifiers.ts";
export * from "./jobs.ts";
export * from "./schedule.ts";
export * from "./vault-url.ts";
