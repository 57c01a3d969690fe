export { createLogger, describeError, type Logger, type LogLevel } from "./logger.ts";
export { inPlainWords } from "./plain-words.ts";
export { parseSettings, SettingsError } from "./settings.ts";
export { Shutdown } from "./shutdown.ts";
