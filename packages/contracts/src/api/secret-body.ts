import { z } from "zod";
import { secretNameSchema } from "../identifiers.ts";
import { askedPage, exampleIds, idSchema, idText, pageOfArrayShape, timestampSchema } from "./values.ts";

/**
 * The longest value that is taken, in UTF-16 code units. More than Key Vault holds (25,600): such a value fails in the
 * vault by itself and is fine for everything else that reads it here.
 */
export const MAX_VALUE = 65_536;
/** One request is one transaction, which should last seconds at the most. */
const MAX_VALUES_AT_ONCE = 10_000;
const valueSchema = z.string().max(MAX_VALUE, `must have ${MAX_VALUE} characters at most`);

const noteSchema = z.string().max(2_000);
const kindShape = {
  type: z.string().min(1).max(40).default("runtime"),
  dataType: z.string().min(1).max(40).default("text"),
  note: noteSchema.optional(),
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

const isPersonal = z.boolean().default(false).meta({
  description: "The caller's own value, which nobody else sees and no sync writes.",
});

/** `PUT …/secret/{id}`: replaces name, kind and the values of all environments in reach. */
export const updateSecretSchema = z.strictObject({
  name: secretNameSchema,
  values: z
    .array(
      z.strictObject({
        environmentId: idSchema,
        value: valueSchema,
        isPersonal,
        reminder: z.unknown().optional().meta({ description: "Taken from clients that send it, not kept." }),
      }),
    )
    .max(500),
  ...kindShape,
});

/** `PATCH …/secret/{id}`: changes what is named, and nothing else. */
export const changeSecretSchema = z
  .strictObject({
    name: secretNameSchema.optional(),
    note: noteSchema.optional(),
    values: z
      .array(
        z.strictObject({
          environmentId: idSchema,
          value: valueSchema.nullable().meta({ description: "Null takes the value away." }),
          isPersonal,
        }),
      )
      .max(500)
      .optional(),
  })
  .refine((change) => Object.keys(change).length > 0, { error: "name, note or values: give one of them" });

const environmentFilter = {
  environmentId: idSchema.optional(),
  environment_id: idSchema.optional().meta({ description: "Another spelling of `environmentId`." }),
  resolve: z.stringbool().optional().meta({
    description:
      "Taken, and without effect: what a reference looks like isn't public, so values stay as they are.",
  }),
};
type EnvironmentFilter = Readonly<{
  environmentId?: string | undefined;
  environment_id?: string | undefined;
}>;
const oneSpelling = {
  check: ({ environmentId: one, environment_id: other }: EnvironmentFilter): boolean =>
    !one || !other || one === other,
  error: { error: "environmentId and environment_id must not differ" },
};

/** Clients spell the filter in two ways. */
export const secretQuerySchema = z
  .strictObject(environmentFilter)
  .refine(oneSpelling.check, oneSpelling.error)
  .transform(({ environmentId, environment_id }) => ({ environmentId: environmentId ?? environment_id }));

export const secretsQuerySchema = z
  .strictObject({
    ...environmentFilter,
    values: z
      .stringbool()
      .default(true)
      .meta({ description: "`false` leaves out the values: none is decrypted." }),
    ...pageOfArrayShape,
  })
  .refine(oneSpelling.check, oneSpelling.error)
  .transform(({ environmentId, environment_id, values, limit, cursor }) => ({
    environmentId: environmentId ?? environment_id,
    values,
    page: askedPage({ limit, cursor }),
  }));

export const revealQuerySchema = z.strictObject({
  environmentId: idSchema.meta({ example: exampleIds.environment }),
  isPersonal: z.stringbool().default(false),
});

const secretShape = {
  id: idText,
  name: z.string(),
  note: z.string(),
  type: z.string(),
  dataType: z.string(),
};
const times = { createdAt: timestampSchema, updatedAt: timestampSchema };
export const valueShape = { environmentId: idText, isPersonal: z.boolean() };

export const secretEtagSchema = z
  .string()
  .regex(/^"[^"]+"$/)
  .meta({ description: "For `If-Match` of a change." });

/** A secret with its values in the clear. */
export const secretSchema = z
  .object({
    ...secretShape,
    values: z.array(z.object({ ...valueShape, value: z.string() })),
    ...times,
  })
  .meta({ id: "Secret", description: "A secret with its values in the clear." });
export type SecretBody = z.infer<typeof secretSchema>;

/** A secret without its values. */
export const secretOutlineSchema = z
  .object({
    ...secretShape,
    etag: secretEtagSchema,
    values: z.array(z.object({ ...valueShape, updatedAt: timestampSchema })),
    ...times,
  })
  .meta({ id: "SecretOutline", description: "A secret, and where it has values: none of them is told." });
export type SecretOutlineBody = z.infer<typeof secretOutlineSchema>;
