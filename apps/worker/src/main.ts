import { setFlagsFromString } from "node:v8";
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

// A big sync's run makes much garbage beside a heap that stays small. V8 would let the heap grow to several times what is
// alive before it collects; this keeps a worker's memory near what it needs, for some percent of its time.
setFlagsFromString("--heap-growing-percent=40");

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
