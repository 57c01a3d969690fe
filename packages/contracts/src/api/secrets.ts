import { z } from "zod";
import { operations } from "./operation.ts";
import {
  changeSecretSchema,
  createSecretsSchema,
  revealQuerySchema,
  secretEtagSchema,
  secretOutlineSchema,
  secretQuerySchema,
  secretSchema,
  secretsQuerySchema,
  updateSecretSchema,
  valueShape,
} from "./secret-body.ts";
import { exampleIds, nextCursorHeader, projectParams, successSchema, PAGED_ARRAY } from "./values.ts";

const BASE = "/v1/workspace/{workspace}/project/{project}/secret";
const noStore = { "cache-control": z.literal("no-store") };
const tagged = { ...noStore, etag: secretEtagSchema };
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
    description: PAGED_ARRAY,
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
    answers: {
      200: {
        description: "Done; with the new ETag.",
        body: successSchema,
        headers: { etag: secretEtagSchema },
      },
    },
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
    answers: {
      200: {
        description: "Done; with the new ETag.",
        body: successSchema,
        headers: { etag: secretEtagSchema },
      },
    },
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
