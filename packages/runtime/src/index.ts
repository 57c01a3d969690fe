export { createLogger, describeError, type Logger, type LogLevel } from "./logger.ts";
export { parseSettings, SettingsError } from "./settings.ts";
export { Shutdown } from "./shutdown.ts";
