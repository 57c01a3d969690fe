import { jobCatalogue, type JobData, type JobKind, type QueueName } from "@kvsync/contracts";
import { DelayedError, UnrecoverableError, Worker, type Job } from "bullmq";
import type { Redis } from "ioredis";
import { DEFAULT_PREFIX } from "./connection.ts";

/** What a handler gets beside its data. */
export type JobContext = Readonly<{
  jobId: string;
  /** Aborted when the worker stops: finish at the next safe point. */
  signal: AbortSignal;
}>;

/**
 * What a handler wants for its job:
 * - `done`: it shows as completed, with `summary` as its result;
 * - `failed`: it shows as failed, with the reason. It isn't tried again: what is to be done again stands in PostgreSQL;
 * - `snooze`: the same job again after `delayMs`; nothing has failed.
 */
export type JobOutcome =
  | { readonly outcome: "done"; readonly summary: string }
  | { readonly outcome: "failed"; readonly reason: string }
  | { readonly outcome: "snooze"; readonly delayMs: number };

export type JobHandlers = {
  readonly [Kind in JobKind]: (data: JobData<Kind>, context: JobContext) => Promise<JobOutcome>;
};

export type ConsumerOptions = Readonly<{
  connection: Redis;
  handlers: JobHandlers;
  /** How many jobs of each queue run at once in this process. */
  concurrency: Readonly<Record<QueueName, number>>;
  prefix?: string | undefined;
  /** An error of the queue itself, or one that a handler threw instead of giving an outcome. */
  onError: (error: Error, queue: QueueName) => void;
}>;

/** Takes jobs and gives them to their handlers. Begins at once. */
export class Consumer {
  readonly #workers: Worker[];

  constructor({ connection, handlers, concurrency, prefix = DEFAULT_PREFIX, onError }: ConsumerOptions) {
    const queues = Object.keys(concurrency) as QueueName[];
    this.#workers = queues.map((queue) => {
      const worker = new Worker(queue, (job, token, signal) => process(job, token, signal, handlers), {
        connection,
        prefix,
        concurrency: concurrency[queue],
        // A job whose worker died is taken over after about this long (ms), the same as a sync's lease.
        lockDuration: 30_000,
        stalledInterval: 15_000,
        maxStalledCount: 1_000_000,
      });
      worker.on("error", (error) => onError(error, queue));
      return worker;
    });
  }

  /**
   * Takes no more jobs, tells the running ones to stop at their next safe point, and waits for them.
   * There is no bound on the wait; the caller sets one.
   */
  async stop(): Promise<void> {
    const closing = this.#workers.map((worker) => worker.close());
    for (const worker of this.#workers) worker.cancelAllJobs("the worker stops");
    await Promise.all(closing);
  }
}

async function process(
  job: Job,
  token: string | undefined,
  signal: AbortSignal | undefined,
  handlers: JobHandlers,
): Promise<string> {
  const kind = kindOf(job);
  const context = { jobId: job.id ?? "", signal: signal ?? new AbortController().signal };
  const result = await handle(kind, job.data, context, handlers);
  if (result.outcome === "done") return result.summary;
  if (result.outcome === "failed") throw new UnrecoverableError(result.reason);
  await job.moveToDelayed(Date.now() + result.delayMs, token);
  throw new DelayedError();
}

async function handle(
  kind: JobKind,
  data: unknown,
  context: JobContext,
  handlers: JobHandlers,
): Promise<JobOutcome> {
  const parsed = jobCatalogue[kind].data.safeParse(data);
  if (!parsed.success)
    return { outcome: "failed", reason: "JOB_MALFORMED: the job's data has another shape" };
  // The catalogue ties each kind's data to its handler; a union of kinds can't say so to the compiler.
  const handler = handlers[kind] as (data: unknown, context: JobContext) => Promise<JobOutcome>;
  return handler(parsed.data, context);
}

/** A job's name begins with its kind's name in the catalogue. */
function kindOf(job: Pick<Job, "name" | "queueName">): JobKind {
  const kinds = Object.keys(jobCatalogue) as JobKind[];
  const kind = kinds.find(
    (kind) => jobCatalogue[kind].queue === job.queueName && job.name.startsWith(jobCatalogue[kind].name),
  );
  if (kind === undefined) throw new UnrecoverableError(`JOB_UNKNOWN: no handler for “${job.name}”`);
  return kind;
}
