import { createLogger, SettingsError, Shutdown } from "@kvsync/runtime";
import { startHealthEndpoint } from "./health.ts";
import { readWorkerSettings, type WorkerSettings } from "./settings.ts";
import { startWorker } from "./worker.ts";

function settingsOrExit(): WorkerSettings {
  try {
    return readWorkerSettings(process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(78); // EX_CONFIG of sysexits.h
  }
}

const settings = settingsOrExit();
const logger = createLogger("worker", settings.logLevel);
const shutdown = new Shutdown(logger);
shutdown.listen();
const worker = await startWorker(settings, logger);
shutdown.add("worker", worker.stop);
if (settings.health.port !== 0) {
  const health = await startHealthEndpoint(settings.health, worker.connections);
  shutdown.add("health endpoint", health.stop);
}
logger.info({ worker: settings.name, cloud: settings.cloud.name, issuer: settings.issuer }, "ready");
