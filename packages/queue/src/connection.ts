import { Redis } from "ioredis";

/** What holds all of the system's keys in Redis. The braces keep them in one slot of a Redis Cluster. */
export const DEFAULT_PREFIX = "{kvsync}";

/**
 * A connection for those who add jobs. A command that Redis doesn't answer fails after a few seconds; whether Redis is
 * there at all, {@link Doorbell} looks before it sends one, so that a request of the API is never held up.
 */
export function connectProducer(url: string, onError: (error: Error) => void): Redis {
  return connect(url, onError, { commandTimeout: 5_000, maxRetriesPerRequest: 3 });
}

/** A connection for those who take jobs. Commands wait until Redis is back. */
export function connectConsumer(url: string, onError: (error: Error) => void): Redis {
  return connect(url, onError, { maxRetriesPerRequest: null });
}

function connect(url: string, onError: (error: Error) => void, options: object): Redis {
  const redis = new Redis(url, {
    ...options,
    // Commands of the same moment go out together: with a hundred runs at once, to send each by itself takes a tenth of a
    // worker's time. What waits for an answer that may take long would hold up those behind it.
    enableAutoPipelining: true,
    autoPipeliningIgnoredCommands: ["bzpopmin"],
    connectTimeout: 5_000,
    // ioredis waits this long (ms) for the end of a connection, even of one that has ended before.
    disconnectTimeout: 200,
    retryStrategy: (attempt: number) =>
      Math.min(100 * 2 ** Math.min(attempt, 6), 5_000) * (0.5 + Math.random() / 2),
  });
  redis.on("error", onError);
  return redis;
}
