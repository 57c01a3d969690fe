import { idSchema, secretNameSchema } from "@kvsync/contracts";
import { z } from "zod";

/**
 * The longest value that is taken, in UTF-16 code units. More than Key Vault holds (25,600): such a value fails in the
 * vault by itself and is fine for everything else that reads it here.
 */
const MAX_VALUE = 65_536;
/** One request is one transaction, which should last seconds at the most. */
const MAX_VALUES_AT_ONCE = 10_000;
const valueSchema = z.string().max(MAX_VALUE, `must have ${MAX_VALUE} characters at most`);

const kindShape = {
  type: z.string().min(1).max(40).default("runtime"),
  dataType: z.string().min(1).max(40).default("text"),
  note: z.string().max(2_000).optional(),
};

/** `POST …/secret`: the same values in each of the environments. An empty value is a value. */
export const createSecretsSchema = z
  .strictObject({
    environments: z.array(idSchema).min(1).max(100),
    secrets: z
      .array(z.strictObject({ key: secretNameSchema, value: valueSchema, ...kindShape }))
      .min(1)
      .max(2_000),
  })
  .refine(({ environments, secrets }) => environments.length * secrets.length <= MAX_VALUES_AT_ONCE, {
    error: `secrets: must make ${MAX_VALUES_AT_ONCE} values at most, over all environments`,
  });

const environmentValueSchema = z.strictObject({
  environmentId: idSchema,
  value: valueSchema,
  isPersonal: z
    .boolean()
    .default(false)
    .refine((isPersonal) => !isPersonal, { error: "must be false: personal values aren't supported" }),
  reminder: z.unknown().optional(),
});

/** `PUT …/secret/{id}`: replaces name, kind and the values of all environments in reach. */
export const updateSecretSchema = z.strictObject({
  name: secretNameSchema,
  values: z.array(environmentValueSchema).max(500),
  ...kindShape,
});

/** Clients spell the filter in two ways. `resolve` is taken, and values are answered as they are. */
export const secretQuerySchema = z
  .strictObject({
    environmentId: idSchema.optional(),
    environment_id: idSchema.optional(),
    resolve: z.stringbool().optional(),
  })
  .refine(({ environmentId: one, environment_id: other }) => !one || !other || one === other, {
    error: "environmentId and environment_id must not differ",
  })
  .transform(({ environmentId, environment_id }) => ({ environmentId: environmentId ?? environment_id }));
