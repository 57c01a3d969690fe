import { z } from "zod";

/**
 * The job catalogue: what control and workers ring each other for. A job holds ids only, and is a doorbell: what is to
 * be done stands in PostgreSQL, so losing a job or ringing twice harms nothing.
 */
export const jobCatalogue = {
  /** Check a sync's access to its vault. */
  validate: {
    queue: "validations",
    name: "validate access to the vault",
    data: z.strictObject({ validationId: z.uuid(), syncId: z.uuid() }),
  },
  /** Bring a sync's vault up to date. */
  run: {
    queue: "runs",
    name: "bring the vault up to date",
    data: z.strictObject({ syncId: z.uuid() }),
  },
  /** Work out what a run would do, without doing it. */
  plan: {
    queue: "plans",
    name: "plan without applying",
    data: z.strictObject({ planId: z.uuid(), syncId: z.uuid() }),
  },
  /** Deliver an event to a webhook. */
  deliver: {
    queue: "webhooks",
    name: "deliver to a webhook",
    data: z.strictObject({ deliveryId: z.uuid() }),
  },
  /** Find what is due or was left behind, and ring for it. */
  sweep: {
    queue: "upkeep",
    name: "find what is due or was left behind",
    data: z.strictObject({}),
  },
  /** Rotate the signing keys when their time has come, and forget old runs, plans, counts and deliveries. */
  rotateKeys: {
    queue: "upkeep",
    name: "rotate the signing keys when due, forget what is old",
    data: z.strictObject({}),
  },
  /** Verify the audit log's chains, and keep their ends. */
  verifyAudit: {
    queue: "audit",
    name: "verify the audit log",
    data: z.strictObject({}),
  },
} as const;

export type JobKind = keyof typeof jobCatalogue;
export type JobData<Kind extends JobKind> = z.infer<(typeof jobCatalogue)[Kind]["data"]>;
export const queueNames = ["runs", "validations", "plans", "webhooks", "upkeep", "audit"] as const;
export type QueueName = (typeof queueNames)[number];
