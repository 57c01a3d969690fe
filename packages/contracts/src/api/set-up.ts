import { z } from "zod";
import { operations } from "./operation.ts";
import { syncStates } from "./sync-body.ts";
import { idParam, idText, nothingSchema } from "./values.ts";

/** What a sync's project holds: everything but values. */
export const setupSourceSchema = z
  .object({
    secretNames: z.array(z.string()).meta({ description: "By name; the first 10,000 where there are more." }),
    secretCount: z.int().min(0),
    environments: z.array(
      z.object({
        id: idText,
        name: z.string(),
        secretCount: z.int().min(0).meta({ description: "How many secrets have a value there." }),
        syncs: z
          .array(
            z.object({
              id: idText,
              name: z.string(),
              state: z.enum(syncStates),
              vaultUrl: z.string().nullable(),
              prefix: z.string(),
            }),
          )
          .meta({ description: "Its other syncs." }),
      }),
    ),
  })
  .meta({ id: "SetupSource", description: "What there is to sync." });
export type SetupSourceBody = z.infer<typeof setupSourceSchema>;

/** What local Azure was made to know, and what `connect` wants of it. */
export const localAzureSchema = z
  .object({
    tenantId: idText,
    clientId: idText,
    vaultUrl: z.string(),
    applicationName: z.string(),
    credentialName: z.string(),
    roleName: z.string(),
  })
  .meta({ id: "LocalAzureSetUp" });
export type LocalAzureBody = z.infer<typeof localAzureSchema>;

export const setUpOperations = operations({
  getSyncSource: {
    method: "GET",
    path: "/v1/sync/{syncId}/source",
    tag: "Syncs",
    summary: "What there is to sync: the names of the project's secrets, and its environments",
    description: "For choosing a name policy and an environment. Holds no value.",
    access: "admin",
    params: z.strictObject({ syncId: idParam("sync") }),
    answers: { 200: { description: "Names and environments.", body: setupSourceSchema } },
    problems: { 404: ["SYNC_NOT_FOUND"] },
  },
  setUpLocalAzure: {
    method: "POST",
    path: "/v1/sync/{syncId}/local-azure",
    tag: "Syncs",
    summary: "Does in local Azure what is done in the portal for a sync",
    description:
      "An app registration, a federated credential, a vault and a role. Only where a local Azure stands in for Azure; doing it again changes nothing.",
    access: "admin",
    params: z.strictObject({ syncId: idParam("sync") }),
    body: nothingSchema,
    example: {},
    answers: { 200: { description: "Done: what to connect with.", body: localAzureSchema } },
    problems: {
      404: ["SYNC_NOT_FOUND", "LOCAL_AZURE_ABSENT"],
      409: ["SYNC_STATE"],
      503: ["LOCAL_AZURE_UNAVAILABLE"],
    },
  },
});
