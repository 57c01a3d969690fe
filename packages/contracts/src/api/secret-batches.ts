import { z } from "zod";
import { operations } from "./operation.ts";
import { exampleIds, idSchema, nextCursorSchema, idText, pageShape, projectParams } from "./values.ts";
import { recordStates } from "./records.ts";

/** `POST …/secret-deletion`: all of them or none. */
export const deleteSecretsSchema = z.strictObject({
  secrets: z
    .array(
      z.strictObject({
        id: idSchema,
        etag: z
          .string()
          .max(200)
          .optional()
          .meta({ description: "Its ETag: where it has changed since, nothing is deleted." }),
      }),
    )
    .min(1)
    .max(2_000),
});

/** The longest text of an import, and how many lines it may have. */
export const MAX_IMPORT = { characters: 500_000, lines: 10_000, secrets: 2_000 };

/** `POST …/secret-import`; not below `…/secret/`, where each word is a secret's name. */
export const importSchema = z.strictObject({
  environmentId: idSchema,
  format: z.enum(["env"]),
  text: z.string().min(1).max(MAX_IMPORT.characters, `must have ${MAX_IMPORT.characters} characters at most`),
  mode: z.enum(["preview", "apply"]),
  onExisting: z
    .enum(["update", "skip"])
    .default("update")
    .meta({ description: "What happens to a secret that has another value there." }),
  expected: z
    .string()
    .regex(/^[0-9a-f]{64}$/, "must be the digest of a preview")
    .optional()
    .meta({ description: "The preview's digest: where it would be another by now, nothing is applied." }),
});

export const importChanges = ["new", "changed", "same", "skipped", "invalid"] as const;

const importResultSchema = z
  .object({
    mode: z.enum(["preview", "apply"]),
    digest: z
      .string()
      .meta({ description: "What would be done, as `expected` of the request that does it." }),
    counts: z.object({
      new: z.int().min(0),
      changed: z.int().min(0),
      same: z.int().min(0),
      skipped: z.int().min(0),
      invalid: z.int().min(0),
    }),
    entries: z.array(
      z.object({
        name: z.string(),
        line: z.int().min(1).nullable(),
        change: z.enum(importChanges),
        reason: z.string().nullable().meta({ description: "Why it is invalid." }),
      }),
    ),
    duplicates: z
      .array(z.object({ name: z.string(), lines: z.array(z.int().min(1)) }))
      .meta({ description: "Names that stand more than once. The last one counts." }),
  })
  .meta({ id: "ImportResult", description: "What an import does, by name. No value is told." });
export type ImportResult = z.infer<typeof importResultSchema>;

export const syncStatesQuerySchema = z.strictObject({
  environmentId: idSchema.meta({ example: exampleIds.environment }),
  limit: z.coerce.number().int().min(1).max(2_000).default(500).meta({
    description: "How many secrets a page has at most.",
  }),
  cursor: pageShape.cursor,
});

const syncStatesSchema = z
  .object({
    syncs: z.array(
      z.object({
        id: idText,
        name: z.string(),
        state: z.string(),
        vaultUrl: z.string().nullable(),
        prefix: z.string(),
        namePolicy: z.enum(["strict", "hyphenate", "dotnet"]),
      }),
    ),
    secrets: z.array(
      z.object({
        secretId: idText,
        states: z.array(
          z.object({
            syncId: idText,
            state: z.enum(recordStates).meta({
              description: "`pending`: the value that stands here now wasn't written yet.",
            }),
            recordId: idText.nullable(),
            code: z.string().nullable().meta({ description: "The code of its failure." }),
          }),
        ),
      }),
    ),
    nextCursor: nextCursorSchema,
  })
  .meta({ id: "SecretSyncStates" });
export type SyncStatesBody = z.infer<typeof syncStatesSchema>;

const BASE = "/v1/workspace/{workspace}/project/{project}";

export const secretBatchOperations = operations({
  deleteSecrets: {
    method: "POST",
    path: `${BASE}/secret-deletion`,
    tag: "Secrets",
    summary: "Removes several secrets from every environment",
    description: "All of them or none.",
    access: "secret-writer",
    params: projectParams,
    body: deleteSecretsSchema,
    example: { secrets: [{ id: exampleIds.secret }] },
    answers: {
      200: {
        description: "How many there were.",
        body: z.object({ success: z.literal(true), deleted: z.int().min(0) }),
      },
    },
    problems: { 404: ["PROJECT_NOT_FOUND", "SECRET_NOT_FOUND"], 412: ["SECRET_CHANGED"] },
  },
  importSecrets: {
    method: "POST",
    path: `${BASE}/secret-import`,
    tag: "Secrets",
    summary: "Brings the variables of an environment file into one environment",
    description:
      "`preview` tells what `apply` would do. Applied are all of them or none; values are taken as dotenv reads them.",
    access: "secret-writer",
    params: projectParams,
    body: importSchema,
    example: {
      environmentId: exampleIds.environment,
      format: "env",
      text: "API_KEY=v",
      mode: "preview",
      onExisting: "update",
    },
    answers: { 200: { description: "What is done, or would be.", body: importResultSchema } },
    problems: {
      400: ["IMPORT_INVALID"],
      404: ["PROJECT_NOT_FOUND", "ENVIRONMENT_NOT_FOUND"],
      409: ["IMPORT_CHANGED", "SECRET_EXISTS"],
    },
  },
  listSecretSyncStates: {
    method: "GET",
    path: `${BASE}/sync-states`,
    tag: "Secrets",
    summary: "How each secret of an environment stands in each vault",
    description: "For admins, like everything about syncs.",
    access: "admin",
    params: projectParams,
    query: syncStatesQuerySchema,
    answers: { 200: { description: "A page of secrets, by name.", body: syncStatesSchema } },
    problems: { 400: ["CURSOR_INVALID"], 404: ["PROJECT_NOT_FOUND", "ENVIRONMENT_NOT_FOUND"] },
  },
});
