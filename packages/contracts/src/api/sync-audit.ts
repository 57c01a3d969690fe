import { z } from "zod";
import { auditPageSchema } from "./audit.ts";
import { operations } from "./operation.ts";
import { runsQuerySchema } from "./runs.ts";
import { idParam } from "./values.ts";

export const syncAuditOperations = operations({
  listSyncEvents: {
    method: "GET",
    path: "/v1/sync/{syncId}/audit",
    tag: "Syncs",
    summary: "Who decided what about a sync, and what its runs did, newest first",
    access: "admin",
    params: z.strictObject({ syncId: idParam("sync") }),
    query: runsQuerySchema,
    answers: { 200: { description: "A page of entries.", body: auditPageSchema } },
    problems: { 400: ["CURSOR_INVALID"], 404: ["SYNC_NOT_FOUND"] },
  },
});
