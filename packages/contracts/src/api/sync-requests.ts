import { z } from "zod";
import { scheduleSchema } from "./schedules.ts";
import { driftPolicySchema, firstPlanSchema, removalPolicySchema } from "./sync-body.ts";
import {
  existingPolicySchema,
  guidSchema,
  idParam,
  idSchema,
  nameSchema,
  namePolicySchema,
  prefixSchema,
  askedPage,
  pageOfArrayShape,
} from "./values.ts";

/** `POST /v1/sync/azure-key-vault/start` */
export const startSchema = z.strictObject({
  project: z.string().min(1).max(64).meta({ description: "The project's slug or id." }),
  workspace: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .meta({ description: "The workspace's slug or id; the caller's by default." }),
  name: nameSchema.default("Azure Key Vault"),
});

/** `POST /v1/sync/{id}/connect`. The vault's URL is checked against the cloud by the service. */
export const connectSchema = z.strictObject({
  tenantId: guidSchema,
  clientId: guidSchema,
  vaultUrl: z.string().min(1).max(300).meta({ example: "https://my-vault.vault.azure.net" }),
  prefix: prefixSchema.default(""),
  namePolicy: namePolicySchema.default("strict"),
});

/** `POST /v1/sync/{id}/link` */
export const linkSchema = z.strictObject({
  environmentId: idSchema,
  firstPlan: firstPlanSchema.optional(),
  existingPolicy: existingPolicySchema.optional(),
});

/** `PATCH /v1/sync/{id}` */
export const settingsSchema = z.strictObject({
  name: nameSchema.optional(),
  schedule: scheduleSchema.nullable().optional().meta({ description: "Null switches the schedule off." }),
  removalPolicy: removalPolicySchema.optional(),
  driftPolicy: driftPolicySchema.optional(),
  existingPolicy: existingPolicySchema.optional(),
  removalBrakePercent: z.int().min(1).max(100).optional().meta({
    description: "In percent of what the sync holds in the vault; 100 switches the brake off.",
  }),
  firstPlan: firstPlanSchema.optional(),
  vaultWritesPer10s: z
    .int()
    .min(1)
    .max(300)
    .nullable()
    .optional()
    .meta({
      description:
        "New versions that all syncs of this vault write together in 10 s; the least that one of them sets counts. " +
        "Null leaves it to the workers' setting. Azure allows 300, to everybody together.",
    }),
  vaultReadsPer10s: z
    .int()
    .min(1)
    .max(4_000)
    .nullable()
    .optional()
    .meta({
      description:
        "Other requests that all syncs of this vault make together in 10 s; the least that one of them sets counts. " +
        "It paces checks, plans and removals: a list takes a request for each 25 secrets of the vault, so with 1 the " +
        "list of 10,000 takes more than an hour. Null leaves it to the workers' setting. Azure allows 4,000, to " +
        "everybody together.",
    }),
});

/** `POST /v1/sync/{id}/disconnect` */
export const disconnectSchema = z
  .strictObject({ secrets: z.enum(["leave", "remove"]).default("leave") })
  .optional();

export const listQuerySchema = z
  .strictObject({
    /** The workspace's slug or id; the only one in reach by default. */
    workspace: z.string().min(1).max(64).optional(),
    project: z.string().min(1).max(64).optional().meta({ description: "A project's slug or id." }),
    environmentId: idSchema.optional(),
    ...pageOfArrayShape,
  })
  .transform(({ limit, cursor, ...filter }) => ({ ...filter, page: askedPage({ limit, cursor }) }));

export const syncParamsSchema = z.strictObject({ syncId: idParam("sync") });
