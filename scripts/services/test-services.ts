import { join } from "node:path";
import { findChromium } from "./chromium.ts";
import { removeAtEnd } from "./lifeline.ts";
import { removePostgres, startPostgres } from "./postgres.ts";
import { startRedis } from "./redis.ts";

type TestServicesOptions = Readonly<{
  /** The project's folder. */
  root: string;
  /** Where they keep their data. */
  directory: string;
  log: (line: string) => void;
}>;

/** A PostgreSQL, a Redis and a Chromium for tests, apart from those of `npm start`. */
export class TestServices {
  readonly #options: TestServicesOptions;
  readonly #cleanUp: Array<() => Promise<void>> = [];

  constructor(options: TestServicesOptions) {
    this.#options = options;
  }

  /**
   * Chromium is looked for whether or not somebody will need it: while PostgreSQL starts that costs nothing, and it is
   * downloaded at most once.
   *
   * @returns the settings by which tests find them
   */
  async start(): Promise<NodeJS.ProcessEnv> {
    const { root, directory, log } = this.#options;
    const toolsDirectory = join(root, ".tools");
    const chromium = findChromium({ toolsDirectory, env: process.env, log });
    // Its failure is told below, at its turn, when what was started before can be stopped.
    chromium.catch(() => undefined);
    const postgresAt = join(directory, "postgres");
    this.#cleanUp.push(async () => removePostgres({ directory: postgresAt, log }));
    const postgres = await startPostgres({ directory: postgresAt, durable: false, log });
    this.#cleanUp.push(postgres.stop);
    if (!postgres.home.startsWith(directory)) removeAtEnd(postgres.home);
    const redisAt = join(directory, "redis");
    const redis = await startRedis({ directory: redisAt, toolsDirectory, durable: false, log });
    this.#cleanUp.push(redis.stop);
    const { command } = await chromium;
    return { TEST_DATABASE_URL: postgres.url, TEST_REDIS_URL: redis.url, TEST_CHROMIUM: command };
  }

  /** Ends what was started, as far as that went. */
  async stop(): Promise<void> {
    for (const step of this.#cleanUp.splice(0).toReversed()) await step();
  }
}
