import { EnvironmentKeyRing } from "@kvsync/keys";
import { connectConsumer, connectProducer, Consumer, Doorbell, News, Presence } from "@kvsync/queue";
import { describeError, type Logger } from "@kvsync/runtime";
import { openDatabase, readWrappedDataKey } from "@kvsync/store";
import { createHandlers } from "./handlers.ts";
import { ActiveKeySource } from "./identity/signing.ts";
import type { WorkerSettings } from "./settings.ts";
import { systemClock } from "./clock.ts";
import { BigRuns } from "./sync/big-runs.ts";
import { defaultRetryPolicy, type RetryPolicy } from "./sync/retry.ts";
import { RunLog } from "./sync/run-log.ts";
import { VaultBudgets } from "./vault/budget/budgets.ts";
import { Vaults } from "./sync/vaults.ts";
import { defaultDeliveryPolicy, type DeliveryPolicy } from "./webhooks/deliver.ts";

export type { DeliveryPolicy };

/** How often (ms) the recurring upkeep is made sure of, which is gone when Redis was emptied, and the worker shows itself. */
const RESCHEDULE_EVERY_MS = 5_000;
/** How long a stop waits for the runs under way (ms). They stop at their next safe point, cut off after 5 s. */
const STOP_WITHIN_MS = 8_500;

/** A running worker. */
export type RunningWorker = Readonly<{
  /** Takes no more jobs, hands leases back and ends. Resolves within 10 s. Safe to call twice. */
  stop: () => Promise<void>;
  /** Whether PostgreSQL and Redis answer. */
  connections: Readonly<{
    database: ReturnType<typeof openDatabase>;
    redis: ReturnType<typeof connectProducer>;
  }>;
}>;

/** Starts a worker in this process. Several may run, here and elsewhere. */
export async function startWorker(
  settings: WorkerSettings,
  logger: Logger,
  retry: RetryPolicy = defaultRetryPolicy,
  deliveryPolicy: DeliveryPolicy = defaultDeliveryPolicy,
): Promise<RunningWorker> {
  const { cloud, issuer, keyEncryptionKey, redisUrl, redisPrefix: prefix } = settings;
  const database = openDatabase(settings.databaseUrl, settings.databasePoolSize);
  const onRedisError = warnOncePerOutage(logger);
  const producer = connectProducer(redisUrl, onRedisError);
  const consumerConnection = connectConsumer(redisUrl, onRedisError);
  // Not the queues' connection: BullMQ defines its 65 scripts on that, and ioredis copies them into each pipeline, which
  // takes 65 µs instead of 9 for every command of a moment by itself.
  const shared = connectProducer(redisUrl, onRedisError);
  const doorbell = new Doorbell({ connection: producer, prefix, gatherMs: settings.gatherMs });
  const keys = new ActiveKeySource(database, keyEncryptionKey);
  const budgets = new VaultBudgets(shared, prefix, settings.budget);
  const runLog = new RunLog(database, logger);
  const handlers = createHandlers({
    database,
    doorbell,
    cloud,
    issuer,
    keys,
    keyEncryptionKey,
    vaults: new Vaults(cloud, issuer, keys, (vaultUrl, syncId) => budgets.readPacing(vaultUrl, syncId)),
    budgets,
    environmentKeys: new EnvironmentKeyRing<null>(keyEncryptionKey, (id) => readWrappedDataKey(database, id)),
    retry,
    callPolicy: settings.webhooks,
    deliveryPolicy,
    concurrency: settings.vaultConcurrency,
    bigRuns: new BigRuns(),
    clock: systemClock,
    owner: settings.name,
    runLog,
    news: new News(shared, prefix),
    logger,
  });
  const consumer = new Consumer({
    connection: consumerConnection,
    handlers,
    prefix,
    concurrency: {
      runs: settings.runConcurrency,
      validations: 10,
      plans: 4,
      webhooks: 20,
      upkeep: 1,
      audit: 1,
    },
    onError: (error, queue) => logger.warn({ err: error, queue }, "trouble with a queue or a job"),
  });
  const presence = new Presence(shared, prefix);
  const announce = (): void => {
    if (shared.status !== "ready") return;
    presence.announce(settings.name).catch((error: unknown) => {
      logger.debug({ err: error }, "the worker couldn't say that it is there; tried again soon");
    });
  };
  const schedule = (): void => {
    doorbell.scheduleUpkeep(settings.sweepEveryMs).catch((error: unknown) => {
      logger.debug({ err: error }, "the upkeep couldn't be scheduled; tried again soon");
    });
  };
  shared.on("ready", announce);
  producer.on("ready", schedule);
  const timer = setInterval(() => {
    announce();
    schedule();
  }, RESCHEDULE_EVERY_MS);

  const stop = async (): Promise<void> => {
    clearInterval(timer);
    let deadline: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      deadline = setTimeout(resolve, STOP_WITHIN_MS);
    });
    await Promise.race([consumer.stop().then(() => runLog.settled()), late]);
    clearTimeout(deadline);
    if (shared.status === "ready") await presence.leave(settings.name).catch(() => undefined);
    await doorbell.close();
    producer.disconnect();
    shared.disconnect();
    consumerConnection.disconnect();
    await database.$disconnect();
  };
  let stopped: Promise<void> | undefined;
  return { stop: () => (stopped ??= stop()), connections: { database, redis: producer } };
}

/** Redis' clients report an outage at each attempt to reconnect; one line a minute is enough. */
function warnOncePerOutage(logger: Logger): (error: Error) => void {
  let silentUntil = 0;
  return (error) => {
    if (Date.now() < silentUntil) return;
    silentUntil = Date.now() + 60_000;
    logger.warn(
      { error: describeError(error) },
      "Redis can't be reached; what is wanted stays in PostgreSQL",
    );
  };
}
