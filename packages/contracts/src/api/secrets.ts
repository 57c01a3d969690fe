import { z } from "zod";
import { secretNameSchema } from "../identifiers.ts";
import { operations } from "./operation.ts";
import { exampleIds, idSchema, idText, projectParams, successSchema, timestampSchema } from "./values.ts";

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
    environment_id: idSchema.optional().meta({ description: "Another spelling of `environmentId`." }),
    resolve: z.stringbool().optional().meta({ description: "Taken, and without effect." }),
  })
  .refine(({ environmentId: one, environment_id: other }) => !one || !other || one === other, {
    error: "environmentId and environment_id must not differ",
  })
  .transform(({ environmentId, environment_id }) => ({ environmentId: environmentId ?? environment_id }));

/** A secret with its values in the clear. */
export const secretSchema = z
  .object({
    id: idText,
    name: z.string(),
    note: z.string(),
    type: z.string(),
    dataType: z.string(),
    values: z.array(z.object({ environmentId: idText, value: z.string(), isPersonal: z.boolean() })),
    createdAt: timestampSchema,
    updatedAt: timestampSchema,
  })
  .meta({ id: "Secret", description: "A secret with its values in the clear." });
export type SecretBody = z.infer<typeof secretSchema>;

const BASE = "/v1/workspace/{workspace}/project/{project}/secret";
const noStore = { "cache-control": z.literal("no-store") };
const byName = projectParams.extend({
  key: z.string().min(1).meta({ description: "The secret's name, or its id.", example: "API_KEY" }),
});
const byId = projectParams.extend({
  key: z.string().min(1).meta({ description: "The secret's id.", example: exampleIds.secret }),
});

export const secretOperations = operations({
  listSecrets: {
    method: "GET",
    path: BASE,
    tag: "Secrets",
    summary: "The secrets of a project, with the values in reach",
    access: "signed-in",
    params: projectParams,
    query: secretQuerySchema,
    answers: { 200: { description: "The secrets.", body: z.array(secretSchema), headers: noStore } },
    problems: { 404: ["PROJECT_NOT_FOUND", "ENVIRONMENT_NOT_FOUND"], 500: ["VALUE_UNREADABLE"] },
  },
  getSecret: {
    method: "GET",
    path: `${BASE}/{key}`,
    tag: "Secrets",
    summary: "One secret, by its name or id",
    access: "signed-in",
    params: byName,
    query: secretQuerySchema,
    answers: { 200: { description: "The secret.", body: secretSchema, headers: noStore } },
    problems: {
      404: ["PROJECT_NOT_FOUND", "ENVIRONMENT_NOT_FOUND", "SECRET_NOT_FOUND"],
      500: ["VALUE_UNREADABLE"],
    },
  },
  createSecrets: {
    method: "POST",
    path: BASE,
    tag: "Secrets",
    summary: "Creates secrets, with the same values in each of the environments",
    description: "A secret that exists gets its first value in further environments. All of them or none.",
    access: "secret-writer",
    params: projectParams,
    body: createSecretsSchema,
    example: {
      environments: [exampleIds.environment],
      secrets: [{ key: "API_KEY", value: "v", type: "runtime" }],
    },
    answers: {
      201: {
        description: "The names, in the order given.",
        body: z.object({ success: z.literal(true), created: z.array(z.string()) }),
      },
    },
    problems: { 404: ["PROJECT_NOT_FOUND", "ENVIRONMENT_NOT_FOUND"], 409: ["SECRET_EXISTS"] },
  },
  updateSecret: {
    method: "PUT",
    path: `${BASE}/{key}`,
    tag: "Secrets",
    summary: "Replaces a secret's name, kind and values",
    description: "Only the syncs of environments whose values really change run.",
    access: "secret-writer",
    params: byId,
    body: updateSecretSchema,
    example: {
      name: "API_KEY",
      type: "runtime",
      dataType: "text",
      values: [{ environmentId: exampleIds.environment, value: "v" }],
    },
    answers: { 200: { description: "Done.", body: successSchema } },
    problems: {
      404: ["PROJECT_NOT_FOUND", "ENVIRONMENT_NOT_FOUND", "SECRET_NOT_FOUND"],
      409: ["SECRET_EXISTS"],
    },
  },
  deleteSecret: {
    method: "DELETE",
    path: `${BASE}/{key}`,
    tag: "Secrets",
    summary: "Removes a secret from every environment",
    access: "secret-writer",
    params: byId,
    answers: { 200: { description: "Done.", body: successSchema } },
    problems: { 404: ["PROJECT_NOT_FOUND", "SECRET_NOT_FOUND"] },
  },
});
