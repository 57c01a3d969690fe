export { isUniqueViolation, openDatabase, pingDatabase, type Database, type Queryable } from "./database.ts";
export { raiseWantedGeneration } from "./generations.ts";
export { applyMigrations, MigrationError } from "./migrations.ts";
