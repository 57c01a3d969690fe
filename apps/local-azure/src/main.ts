import { createLogger, parseSettings, SettingsError, Shutdown } from "@kvsync/runtime";
import { startLocalAzure } from "./local-azure.ts";
import { checkedTogether, optionsOf, type Settings, settingsSchema } from "./settings.ts";

const settings = readSettings();
if (settings !== undefined) await run(settings);

async function run(settings: Settings): Promise<void> {
  const logger = createLogger("local-azure", settings.LOCAL_AZURE_LOG_LEVEL);
  const shutdown = new Shutdown(logger);
  try {
    const azure = await startLocalAzure({ ...optionsOf(settings), logger });
    shutdown.add("local-azure", azure.stop);
    shutdown.listen();
    logger.info({ origin: azure.origin, port: azure.port, caFile: azure.caFile }, "local Azure is ready");
  } catch (error) {
    logger.fatal({ err: error }, "local Azure can't start");
    process.exitCode = 1;
  }
}

/** Settings that are missing or malformed are told on the error stream, because the log's level is one of them. */
function readSettings(): Settings | undefined {
  try {
    return checkedTogether(parseSettings(settingsSchema, process.env));
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
    return undefined;
  }
}
