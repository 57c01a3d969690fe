import { z } from "zod";
import { operations } from "./operation.ts";
import {
  idParam,
  idText,
  timestampSchema,
  nextCursorHeader,
  PAGED_ARRAY,
  pageQuerySchema,
} from "./values.ts";

/** `PUT /v1/sync/{id}/names/{secretId}`: the whole name; the sync's prefix isn't put before it. */
export const chosenNameSchema = z.strictObject({
  vaultName: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,127}$/, { error: "must be 1 to 127 letters, digits and hyphens" })
    .meta({ description: "The whole name; the sync's prefix isn't put before it." }),
});
export const nameParamsSchema = z.strictObject({ syncId: idParam("sync"), secretId: idParam("secret") });

export const nameOperations = operations({
  listChosenNames: {
    method: "GET",
    path: "/v1/sync/{syncId}/names",
    tag: "Syncs",
    summary: "The names in the vault that were chosen for single secrets",
    description: PAGED_ARRAY,
    access: "admin",
    params: z.strictObject({ syncId: idParam("sync") }),
    query: pageQuerySchema,
    answers: {
      200: {
        description: "The names, by secret.",
        body: z.array(
          z
            .object({
              secretId: idText,
              secretName: z.string(),
              vaultName: z.string(),
              createdAt: timestampSchema,
            })
            .meta({ id: "ChosenName" }),
        ),
        headers: { "next-cursor": nextCursorHeader },
      },
    },
    problems: { 400: ["CURSOR_INVALID"], 404: ["SYNC_NOT_FOUND"] },
  },
  chooseName: {
    method: "PUT",
    path: "/v1/sync/{syncId}/names/{secretId}",
    tag: "Syncs",
    summary: "Chooses a secret's name in the vault",
    description: "It wins over prefix and name policy. The secret moves at the next run.",
    access: "admin",
    params: nameParamsSchema,
    body: chosenNameSchema,
    example: { vaultName: "chosen" },
    answers: {
      200: { description: "Chosen.", body: z.object({ secretId: idText, vaultName: z.string() }) },
    },
    problems: { 404: ["SYNC_NOT_FOUND", "SECRET_NOT_FOUND"], 409: ["SYNC_STATE", "NAME_TAKEN"] },
  },
  releaseName: {
    method: "DELETE",
    path: "/v1/sync/{syncId}/names/{secretId}",
    tag: "Syncs",
    summary: "Leaves a secret's name to prefix and name policy again",
    access: "admin",
    params: nameParamsSchema,
    answers: { 204: { description: "Done." } },
    problems: { 404: ["SYNC_NOT_FOUND", "NAME_NOT_FOUND"], 409: ["SYNC_STATE"] },
  },
});
