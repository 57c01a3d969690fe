import { z } from "zod";
import { secretNameSchema } from "../identifiers.ts";
import { operations } from "./operation.ts";
import {
  exampleIds,
  idSchema,
  idText,
  nextCursorHeader,
  pageShape,
  projectParams,
  successSchema,
  timestampSchema,
} from "./values.ts";

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
    limit: pageShape.limit.removeDefault().optional().meta({
      description: "How many secrets a page has at most. Without `limit` and `cursor` all are answered.",
    }),
    cursor: pageShape.cursor.meta({ description: "The `next-cursor` header of the page before. Opaque." }),
  })
  .refine(oneSpelling.check, oneSpelling.error)
  .transform(({ environmentId, environment_id, values, limit, cursor }) => ({
    environmentId: environmentId ?? environment_id,
    values,
    page: limit === undefined && cursor === undefined ? undefined : { limit: limit ?? 50, cursor },
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
const valueShape = { environmentId: idText, isPersonal: z.boolean() };

const etag = z
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
    etag,
    values: z.array(z.object({ ...valueShape, updatedAt: timestampSchema })),
    ...times,
  })
  .meta({ id: "SecretOutline", description: "A secret, and where it has values: none of them is told." });
export type SecretOutlineBody = z.infer<typeof secretOutlineSchema>;

const BASE = "/v1/workspace/{workspace}/project/{project}/secret";
const noStore = { "cache-control": z.literal("no-store") };
const tagged = { ...noStore, etag };
/** What a change may be bound to. */
export const ifMatchSchema = z.object({
  "if-match": z.string().max(1_000).optional().meta({
    description: "The ETag of what is changed. Where that has changed since, nothing is done: 412.",
  }),
});
const byName = projectParams.extend({
  key: z.string().min(1).meta({ description: "The secret's name, or its id.", example: "API_KEY" }),
});
const byId = projectParams.extend({
  key: z.string().min(1).meta({ description: "The secret's id.", example: exampleIds.secret }),
});
const CHANGE_PROBLEMS = {
  404: ["PROJECT_NOT_FOUND", "ENVIRONMENT_NOT_FOUND", "SECRET_NOT_FOUND"],
  409: ["SECRET_EXISTS"],
  412: ["SECRET_CHANGED"],
} as const;

export const secretOperations = operations({
  listSecrets: {
    method: "GET",
    path: BASE,
    tag: "Secrets",
    summary: "The secrets of a project, with the values in reach",
    description:
      "Without `limit` and `cursor` all of them. A page's `next-cursor` header tells where the next one begins; the last page has none.",
    access: "signed-in",
    params: projectParams,
    query: secretsQuerySchema,
    answers: {
      200: {
        description: "The secrets, by name; outlines with `values=false`.",
        body: z.union([z.array(secretSchema), z.array(secretOutlineSchema)]),
        headers: { ...tagged, "next-cursor": nextCursorHeader },
      },
    },
    problems: {
      400: ["CURSOR_INVALID"],
      404: ["PROJECT_NOT_FOUND", "ENVIRONMENT_NOT_FOUND"],
      500: ["VALUE_UNREADABLE"],
    },
  },
  getSecret: {
    method: "GET",
    path: `${BASE}/{key}`,
    tag: "Secrets",
    summary: "One secret, by its name or id",
    access: "signed-in",
    params: byName,
    query: secretQuerySchema,
    answers: { 200: { description: "The secret.", body: secretSchema, headers: tagged } },
    problems: {
      404: ["PROJECT_NOT_FOUND", "ENVIRONMENT_NOT_FOUND", "SECRET_NOT_FOUND"],
      500: ["VALUE_UNREADABLE"],
    },
  },
  revealValue: {
    method: "GET",
    path: `${BASE}/{key}/value`,
    tag: "Secrets",
    summary: "One value of a secret",
    access: "signed-in",
    params: byId,
    query: revealQuerySchema,
    answers: {
      200: {
        description: "The value; the ETag is the secret's.",
        body: z.object({ ...valueShape, value: z.string() }).meta({ id: "RevealedValue" }),
        headers: tagged,
      },
    },
    problems: {
      404: ["PROJECT_NOT_FOUND", "ENVIRONMENT_NOT_FOUND", "SECRET_NOT_FOUND", "VALUE_NOT_FOUND"],
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
    description:
      "Only the syncs of environments whose values really change run. The caller's personal values are replaced as well; other members' stay.",
    access: "secret-writer",
    params: byId,
    headers: ifMatchSchema,
    body: updateSecretSchema,
    example: {
      name: "API_KEY",
      type: "runtime",
      dataType: "text",
      values: [{ environmentId: exampleIds.environment, value: "v" }],
    },
    answers: { 200: { description: "Done; with the new ETag.", body: successSchema, headers: { etag } } },
    problems: CHANGE_PROBLEMS,
  },
  changeSecret: {
    method: "PATCH",
    path: `${BASE}/{key}`,
    tag: "Secrets",
    summary: "Changes a secret's name, note or single values",
    description: "What isn't named stays as it is.",
    access: "secret-writer",
    params: byId,
    headers: ifMatchSchema,
    body: changeSecretSchema,
    example: { note: "Rotated every year" },
    answers: { 200: { description: "Done; with the new ETag.", body: successSchema, headers: { etag } } },
    problems: CHANGE_PROBLEMS,
  },
  deleteSecret: {
    method: "DELETE",
    path: `${BASE}/{key}`,
    tag: "Secrets",
    summary: "Removes a secret from every environment",
    access: "secret-writer",
    params: byId,
    headers: ifMatchSchema,
    answers: { 200: { description: "Done.", body: successSchema } },
    problems: { 404: ["PROJECT_NOT_FOUND", "SECRET_NOT_FOUND"], 412: ["SECRET_CHANGED"] },
  },
});
