import { jobCatalogue, KvsyncError, type QueueName } from "@kvsync/contracts";
import { Queue, type JobsOptions } from "bullmq";
import type { Redis } from "ioredis";
import { DEFAULT_PREFIX } from "./connection.ts";
import { News } from "./news.ts";

/** Why a sync's bell is rung. It is in the job's name, for operators; what is done follows from PostgreSQL alone. */
export type RunReason = "change" | "manual" | "schedule" | "initial" | "retry" | "found by the sweeper";

/** How long ended jobs stay visible to operators. Ages are in seconds. */
const KEEP = {
  removeOnComplete: { age: 24 * 3600, count: 2_000 },
  removeOnFail: { age: 7 * 24 * 3600, count: 5_000 },
} as const satisfies JobsOptions;

export type QueueDepth = Readonly<{
  name: QueueName;
  waiting: number;
  active: number;
  delayed: number;
  failed: number;
}>;

export type DoorbellOptions = Readonly<{
  connection: Redis;
  prefix?: string | undefined;
  /** How long changes are gathered into one run, in milliseconds. */
  gatherMs?: number | undefined;
}>;

/**
 * Rings for work. A ring is a hint: it may be lost or come twice. Each method rejects with
 * `QUEUE_UNAVAILABLE` when Redis is away; callers log
 * that and go on, because the sweeper finds what is wanted in PostgreSQL.
 */
export class Doorbell {
  readonly queues: Readonly<Record<QueueName, Queue>>;
  /** What holds all of the system's keys in Redis. */
  readonly prefix: string;
  /** For who watches a sync. */
  readonly news: News;
  readonly #connection: Redis;
  readonly #gatherMs: number;

  constructor({ connection, prefix = DEFAULT_PREFIX, gatherMs = 500 }: DoorbellOptions) {
    const open = (name: QueueName): Queue => new Queue(name, { connection, prefix, defaultJobOptions: KEEP });
    this.queues = {
      runs: open("runs"),
      validations: open("validations"),
      plans: open("plans"),
      webhooks: open("webhooks"),
      upkeep: open("upkeep"),
      audit: open("audit"),
    };
    this.prefix = prefix;
    this.news = new News(connection, prefix);
    this.#connection = connection;
    this.#gatherMs = gatherMs;
    // Without a listener an error of the shared connection, which has a listener of its own, would end the process.
    for (const queue of Object.values(this.queues)) queue.on("error", () => undefined);
  }

  /**
   * Rings for runs of these syncs. Rings for a sync whose bell is waiting already melt into one; a ring during a run
   * leads to another run after it.
   */
  async ringRuns(syncIds: readonly string[], reason: RunReason): Promise<void> {
    if (syncIds.length === 0) return;
    this.#requireRedis();
    const delay = reason === "change" ? this.#gatherMs : 0;
    await this.queues.runs.addBulk(
      syncIds.map((syncId) => ({
        name: `${jobCatalogue.run.name} (${reason})`,
        data: jobCatalogue.run.data.parse({ syncId }),
        opts: {
          jobId: `run-${syncId}-${uniquePart()}`,
          delay,
          deduplication: { id: bellOf(syncId), keepLastIfActive: true },
        },
      })),
    );
  }

  /**
   * As {@link ringRuns}, for the sweeper: only for those whose bell isn't ringing yet. It asks with one command, where
   * each ring that melts into another costs as much as one that doesn't, and after an outage a thousand syncs wait.
   *
   * @returns how many it rang for
   */
  async ringUnrung(syncIds: readonly string[]): Promise<number> {
    if (syncIds.length === 0) return 0;
    this.#requireRedis();
    const { runs } = this.queues;
    const ringing = await this.#connection.mget(syncIds.map((id) => runs.toKey(`de:${bellOf(id)}`)));
    const unrung = syncIds.filter((_, at) => (ringing[at] ?? null) === null);
    await this.ringRuns(unrung, "found by the sweeper");
    return unrung.length;
  }

  /**
   * Rings for one run later. Not melted into other rings: BullMQ would hold back rings for a change until the delay is
   * over.
   */
  async ringRunLater(syncId: string, delayMs: number): Promise<void> {
    this.#requireRedis();
    await this.queues.runs.add(`${jobCatalogue.run.name} (retry)`, jobCatalogue.run.data.parse({ syncId }), {
      jobId: `run-${syncId}-retry-${uniquePart()}`,
      delay: delayMs,
    });
  }

  /** Rings for a validation, at once or later. */
  async ringValidation(validationId: string, syncId: string, delayMs = 0): Promise<void> {
    this.#requireRedis();
    await this.queues.validations.add(
      jobCatalogue.validate.name,
      jobCatalogue.validate.data.parse({ validationId, syncId }),
      { jobId: `validate-${syncId}-${uniquePart()}`, delay: delayMs },
    );
  }

  /** Rings for a plan that somebody waits for. A ring for one that is waited for or worked on already melts into that. */
  async ringPlan(planId: string, syncId: string): Promise<void> {
    this.#requireRedis();
    await this.queues.plans.add(jobCatalogue.plan.name, jobCatalogue.plan.data.parse({ planId, syncId }), {
      jobId: `plan-${planId}-${uniquePart()}`,
      deduplication: { id: `plan-${planId}` },
    });
  }

  /** Rings for deliveries to webhooks that are due. A ring for one that is waited for or worked on melts into that. */
  async ringDeliveries(deliveryIds: readonly string[]): Promise<void> {
    if (deliveryIds.length === 0) return;
    this.#requireRedis();
    await this.queues.webhooks.addBulk(
      deliveryIds.map((deliveryId) => ({
        name: jobCatalogue.deliver.name,
        data: jobCatalogue.deliver.data.parse({ deliveryId }),
        opts: {
          jobId: `deliver-${deliveryId}-${uniquePart()}`,
          deduplication: { id: `deliver-${deliveryId}` },
        },
      })),
    );
  }

  /** Rings for a delivery's next attempt. Not melted into other rings, which mustn't wait as long. */
  async ringDeliveryLater(deliveryId: string, delayMs: number): Promise<void> {
    this.#requireRedis();
    const { name, data } = jobCatalogue.deliver;
    const jobId = `deliver-${deliveryId}-again-${uniquePart()}`;
    await this.queues.webhooks.add(name, data.parse({ deliveryId }), { jobId, delay: delayMs });
  }

  /**
   * Makes sure that the recurring upkeep is scheduled. Safe to repeat, and needed again after Redis was emptied.
   *
   * @param sweepEveryMs how often the sweeper looks for what is due
   */
  async scheduleUpkeep(sweepEveryMs: number): Promise<void> {
    this.#requireRedis();
    const { upkeep } = this.queues;
    await upkeep.upsertJobScheduler(
      "sweep",
      { every: sweepEveryMs },
      { name: jobCatalogue.sweep.name, data: {} },
    );
    await upkeep.upsertJobScheduler(
      "rotate-keys",
      { every: 3_600_000 },
      { name: jobCatalogue.rotateKeys.name, data: {} },
    );
    await this.queues.audit.upsertJobScheduler(
      "verify-audit",
      { every: 3_600_000 },
      { name: jobCatalogue.verifyAudit.name, data: {} },
    );
  }

  /** How much waits, is worked on, comes later and failed, by queue. Rejects while Redis is away. */
  async depths(): Promise<QueueDepth[]> {
    this.#requireRedis();
    return Promise.all(
      Object.entries(this.queues).map(async ([name, queue]) => {
        const counts = await queue.getJobCounts("waiting", "active", "delayed", "failed");
        const { waiting = 0, active = 0, delayed = 0, failed = 0 } = counts;
        return { name: name as QueueName, waiting, active, delayed, failed };
      }),
    );
  }

  /** Fails at once while Redis is away, where the client would wait for it. */
  #requireRedis(): void {
    if (this.#connection.status !== "ready")
      throw new KvsyncError("QUEUE_UNAVAILABLE", "Redis can't be reached, so the queue can't be rung.");
  }

  /** Closes the queues. The connection stays open; it belongs to the caller. */
  async close(): Promise<void> {
    await Promise.all(Object.values(this.queues).map((queue) => queue.close()));
  }
}

/** Rings of one bell melt into one job. */
const bellOf = (syncId: string): string => `run-${syncId}`;

const uniquePart = (): string => `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
