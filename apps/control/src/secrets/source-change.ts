import { ApiError } from "@kvsync/contracts";
import type { Doorbell } from "@kvsync/queue";
import type { Logger } from "@kvsync/runtime";
import {
  isUniqueViolation,
  note,
  raiseWantedGeneration,
  type AuditNote,
  type Database,
  type PipelinedTransaction,
} from "@kvsync/store";

export type SourceChangeDependencies = Readonly<{ database: Database; doorbell: Doorbell; logger: Logger }>;

/** What a change did: whose syncs are to hear of it, what is noted of it in the audit log, and what is answered. */
export type Changed<Result> = Readonly<{
  environmentIds: Iterable<string>;
  notes: readonly AuditNote[];
  result: Result;
}>;

/**
 * Changes secrets in one transaction, which also raises the wanted generation of the syncs of exactly the environments
 * that changed, and notes what was done; rings for the syncs afterwards. A ring that fails is only logged: the sweeper finds what is wanted.
 *
 * @throws {ApiError} 409 `SECRET_EXISTS` where another request made the same name at the same time
 */
export async function changeSource<Result>(
  { database, doorbell, logger }: SourceChangeDependencies,
  change: (transaction: PipelinedTransaction) => Promise<Changed<Result>>,
): Promise<Result> {
  let syncIds: string[] = [];
  let result: Result;
  try {
    result = await database.$pipelined(async (transaction) => {
      const changed = await change(transaction);
      const raised = raiseWantedGeneration(transaction, [...new Set(changed.environmentIds)]);
      [syncIds] = await Promise.all([raised, note(transaction, changed.notes)]);
      return changed.result;
    });
  } catch (error) {
    if (isUniqueViolation(error)) throw secretExists(["another request made one of them just now"]);
    throw error;
  }
  try {
    await doorbell.ringRuns(syncIds, "change");
  } catch (error) {
    logger.warn({ err: error }, "the queue couldn't be rung; the sweeper will find what is wanted");
  }
  return result;
}

export const secretExists = (names: readonly string[]): ApiError =>
  new ApiError(409, "SECRET_EXISTS", `These secrets exist already: ${names.slice(0, 10).join(", ")}`);
export const secretNotFound = (): ApiError => new ApiError(404, "SECRET_NOT_FOUND", "Secret not found");
