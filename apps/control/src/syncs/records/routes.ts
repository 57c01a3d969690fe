import { ApiError, driftCodes } from "@kvsync/contracts";
import {
  recordCountsQuerySchema,
  recordParamsSchema,
  recordsQuerySchema,
  retrySchema,
} from "@kvsync/contracts/api";
import {
  findRecord,
  findRecorded,
  isRecordKey,
  listRecords,
  note,
  retryRecords,
  summariseRecords,
  type RecordFilter,
} from "@kvsync/store";
import { Router } from "express";
import type { z } from "zod";
import { parseBody, parseParams, parseQuery } from "../../http/parse.ts";
import { placeOf } from "../audit/noting.ts";
import { cursorInvalid, decodeCursor, encodeCursor } from "../cursor.ts";
import { inLockedSync, ringIfRunning } from "../locked-change.ts";
import { ownersOf } from "../owners.ts";
import { presentRecord } from "../presentation.ts";
import type { SyncServiceDependencies } from "../service.ts";
import { addressOf, syncOf } from "../sync-of.ts";

/** How many of the secrets that are tried again are named in the audit. */
const NAMED = 50;

/** The secrets of a sync with their outcomes, and trying again those that fail. */
export function recordRoutes(dependencies: SyncServiceDependencies): Router {
  const { database } = dependencies;
  const router = Router({ caseSensitive: true });

  router.get("/:syncId/records", async (request, response) => {
    const { id: syncId, workspaceId } = await syncOf(database, request);
    const { limit, cursor, sort, ...filter } = parseQuery(recordsQuerySchema, request);
    const after = cursor === undefined ? undefined : decodeCursor(cursor);
    if (after !== undefined && !isRecordKey(sort, after.key)) throw cursorInvalid();
    const page = { limit, order: sort, after };
    const found = await listRecords(database, filterOf(syncId, filter), page);
    const last = found.length === limit ? found.at(-1) : undefined;
    const rows = found.map(({ record }) => record);
    const ownerOf = await ownersOf(database, workspaceId, rows);
    response.json({
      records: rows.map((record) => presentRecord(record, ownerOf)),
      nextCursor: last === undefined ? null : encodeCursor(last.place),
    });
  });

  router.get("/:syncId/records/counts", async (request, response) => {
    const { id: syncId } = await syncOf(database, request);
    const filter = filterOf(syncId, parseQuery(recordCountsQuerySchema, request));
    response.json(await summariseRecords(database, filter, driftCodes));
  });

  router.post("/:syncId/records/retry", async (request, response) => {
    const { secretIds } = parseBody(retrySchema, request) ?? {};
    const address = await addressOf(database, request);
    const { actor } = address;
    let retried: readonly string[] = [];
    const sync = await inLockedSync(database, address, "run", async (transaction, before) => {
      const { id: syncId } = before;
      const recorded = secretIds && (await findRecorded(transaction, syncId, secretIds));
      const unknown = secretIds?.filter((id) => recorded?.has(id) !== true) ?? [];
      if (unknown.length > 0)
        throw new ApiError(
          404,
          "SECRET_NOT_FOUND",
          `This sync has no record of ${unknown.slice(0, 5).join(", ")}. Run the sync first, or look at its plan.`,
        );
      retried = await retryRecords(transaction, syncId, secretIds);
      const fields = {
        count: retried.length,
        secretIds: secretIds === undefined ? "all" : retried.slice(0, NAMED),
      };
      if (retried.length > 0)
        await note(transaction, [{ ...placeOf(before), actor, action: "records.retried", fields }]);
      return before;
    });
    if (retried.length > 0) await ringIfRunning(dependencies, sync, "retry");
    response.status(202).json({ retried: retried.length });
  });

  router.get("/:syncId/records/:recordId", async (request, response) => {
    const { recordId } = parseParams(recordParamsSchema, request);
    const sync = await syncOf(database, request);
    const record = await findRecord(database, sync.id, recordId);
    if (record === null) throw new ApiError(404, "RECORD_NOT_FOUND", "Record not found");
    response.json(presentRecord(record, await ownersOf(database, sync.workspaceId, [record])));
  });

  return router;
}

function filterOf(
  syncId: string,
  { state, code, drift, search }: z.infer<typeof recordCountsQuerySchema>,
): RecordFilter {
  return { syncId, states: state, code, codes: drift === undefined ? undefined : driftCodes, search };
}
