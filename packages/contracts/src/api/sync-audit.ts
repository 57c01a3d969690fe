import { z } from "zod";
import { operations } from "./operation.ts";
import { runsQuerySchema } from "./runs.ts";
import { idParam, idText, nextCursorSchema, timestampSchema } from "./values.ts";

export const syncAuditOperations = operations({
  listSyncEvents: {
    method: "GET",
    path: "/v1/sync/{syncId}/audit",
    tag: "Syncs",
    summary: "Who decided what about a sync, newest first",
    access: "admin",
    params: z.strictObject({ syncId: idParam("sync") }),
    query: runsQuerySchema,
    answers: {
      200: {
        description: "A page of events.",
        body: z
          .object({
            events: z.array(
              z.object({
                id: idText,
                at: timestampSchema,
                action: z.string(),
                userId: idText.nullable(),
                tokenId: idText.nullable(),
                fields: z.record(z.string(), z.unknown()),
              }),
            ),
            nextCursor: nextCursorSchema,
          })
          .meta({ id: "SyncEventPage" }),
      },
    },
    problems: { 400: ["CURSOR_INVALID"], 404: ["SYNC_NOT_FOUND"] },
  },
});
