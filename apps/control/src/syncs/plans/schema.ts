import { existingPolicySchema, idSchema, namePolicySchema, prefixSchema } from "@kvsync/contracts";
import { z } from "zod";
import { pageShape } from "../schema.ts";

/** What becomes of a secret in a plan. */
export const actionKinds = [
  "create",
  "update",
  "adopt",
  "recover",
  "rewrite",
  "keep",
  "wait",
  "blocked",
  "delete",
  "hold",
  "forget",
] as const;

const limit = z.coerce.number().int().min(1).max(1_000).default(200);

/** `GET /v1/sync/{id}/plan`: settings to try out instead of the sync's own. */
export const previewSchema = z.strictObject({
  /** Whether the vault is listed for it; without, the plan goes by the records alone. */
  look: z
    .enum(["true", "false"])
    .default("true")
    .transform((text) => text === "true"),
  prefix: prefixSchema.optional(),
  namePolicy: namePolicySchema.optional(),
  removalPolicy: z.enum(["delete", "keep"]).optional(),
  driftPolicy: z.enum(["repair", "report"]).optional(),
  existingPolicy: existingPolicySchema.optional(),
  limit,
});

export const planParamsSchema = z.strictObject({ syncId: idSchema, planId: idSchema });

/** `GET /v1/sync/{id}/plans/{planId}` */
export const planQuerySchema = z.strictObject({
  ...pageShape,
  limit,
  cursor: z.coerce.number().int().min(0).max(10_000_000).optional(),
  kind: z
    .union([z.string(), z.array(z.string())])
    .transform((given) => [given].flat().flatMap((part) => part.split(",")))
    .pipe(z.array(z.enum(actionKinds)).min(1))
    .optional(),
});
