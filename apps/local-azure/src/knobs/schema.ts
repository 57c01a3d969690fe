import { z } from "zod";
import { OPERATIONS } from "../operations.ts";

const YEAR_MS = 366 * 24 * 3_600_000;
const delayMs = z.number().int().min(0).max(YEAR_MS);
const latencyMs = z.number().int().min(0).max(600_000);
const rate = z.number().min(0).max(1);
const operation = z.enum(OPERATIONS);

/** What a fault does instead of answering, or (with `when: "after"`) instead of answering truthfully. */
const faultEffect = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("answer"),
    status: z.number().int().min(400).max(599),
    /** A vault's `error.code`, or for Entra operations the `error` word. */
    code: z.string().min(1).max(100).optional(),
    innererror: z.string().min(1).max(100).optional(),
    message: z.string().max(2000).optional(),
    /** The AADSTS number, for Entra operations. */
    aadsts: z.number().int().min(1).max(99_999_999).optional(),
    retryAfterSeconds: z.number().int().min(0).max(86_400).optional(),
  }),
  z.strictObject({ kind: z.literal("drop") }),
  z.strictObject({ kind: z.literal("hang") }),
]);

const faultRule = z.strictObject({
  operation: z.union([operation, z.literal("*")]),
  vault: z.string().min(1).optional(),
  /** Only requests about this secret, whatever its case. */
  secret: z.string().min(1).optional(),
  /** `after`: the request takes effect first and only the answer is lost or replaced. */
  when: z.enum(["before", "after"]).default("before"),
  rate: rate.default(1),
  /** How many more times the rule fires; without it, for ever. */
  remaining: z.number().int().min(0).optional(),
  effect: faultEffect,
});

const firewall = z.enum(["open", "firewall", "connection"]);

const groups = {
  latency: z.strictObject({ allMs: latencyMs, byOperation: z.partialRecord(operation, latencyMs) }),
  throttle: z.strictObject({
    creates: z.number().int().min(0),
    others: z.number().int().min(0),
    windowMs: z.number().int().min(1).max(YEAR_MS),
    retryAfterSeconds: z.number().int().min(0).max(86_400).nullable(),
    countRejected: z.boolean(),
  }),
  propagation: z.strictObject({ federatedCredentialMs: delayMs, roleAssignmentMs: delayMs }),
  deletion: z.strictObject({ deleteMs: delayMs, recoverMs: delayMs, purgeMs: delayMs }),
  issuerKeys: z.strictObject({ ttlMs: delayMs, unknownKidRefetchMs: delayMs, timeoutMs: latencyMs.min(1) }),
  token: z.strictObject({ lifetimeSeconds: z.number().int().min(1).max(86_400) }),
  paging: z.strictObject({ emptyPageRate: rate }),
  clock: z.strictObject({
    offsetMs: z
      .number()
      .int()
      .min(-10 * YEAR_MS)
      .max(100 * YEAR_MS),
  }),
};

/** A change of knobs: groups and their fields as far as they change. In the two maps, null takes an entry away. */
export const knobsPatch = z.strictObject({
  latency: groups.latency
    .extend({ byOperation: z.partialRecord(operation, latencyMs.nullable()) })
    .partial()
    .optional(),
  throttle: groups.throttle.partial().optional(),
  propagation: groups.propagation.partial().optional(),
  deletion: groups.deletion.partial().optional(),
  issuerKeys: groups.issuerKeys.partial().optional(),
  token: groups.token.partial().optional(),
  paging: groups.paging.partial().optional(),
  clock: groups.clock.partial().optional(),
  firewall: z.record(z.string(), firewall.nullable()).optional(),
  /** Replaces the whole list. The first rule that fits and whose dice fall decides. */
  faults: z.array(faultRule).max(1000).optional(),
  /** Restarts the dice. */
  seed: z.number().int().min(0).max(0xff_ff_ff_ff).optional(),
});

export type KnobsPatch = z.input<typeof knobsPatch>;
export type ParsedKnobsPatch = z.output<typeof knobsPatch>;
export type FaultEffect = z.output<typeof faultEffect>;
export type FaultRule = z.output<typeof faultRule>;
export type Firewall = z.output<typeof firewall>;

/** All knobs and where they stand. Durations carry their unit in the name and run by the emulator's clock, except latency. */
export type KnobValues = {
  [Group in keyof typeof groups]: z.output<(typeof groups)[Group]>;
} & { firewall: Record<string, Firewall>; faults: FaultRule[]; seed: number };

/** As Azure behaves by its documents, with the asynchronous windows shortened to a second (source: Microsoft's pages on Key Vault's soft delete and service limits). */
export function defaultKnobs(): KnobValues {
  return {
    latency: { allMs: 0, byOperation: {} },
    throttle: {
      creates: 300,
      others: 4000,
      windowMs: 10_000,
      retryAfterSeconds: null,
      countRejected: false,
    },
    propagation: { federatedCredentialMs: 0, roleAssignmentMs: 0 },
    deletion: { deleteMs: 1000, recoverMs: 1000, purgeMs: 1000 },
    issuerKeys: { ttlMs: 300_000, unknownKidRefetchMs: 30_000, timeoutMs: 5000 },
    token: { lifetimeSeconds: 3599 },
    paging: { emptyPageRate: 0 },
    clock: { offsetMs: 0 },
    firewall: {},
    faults: [],
    seed: 1,
  };
}
