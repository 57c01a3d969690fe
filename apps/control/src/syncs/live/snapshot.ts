import type { LiveEvent } from "@kvsync/contracts/api";
import {
  countHeldNames,
  countRecords,
  listRuns,
  listValidations,
  readSync,
  type Database,
} from "@kvsync/store";
import { timestamp } from "../../http/timestamp.ts";
import { presentFailure, presentRun, presentSync, presentValidation } from "../presentation.ts";

type DataOf<Name extends LiveEvent["name"]> = Extract<LiveEvent, { name: Name }>["data"];

/** What a stream tells of a sync, as it stood at one moment. */
export type Snapshot = Readonly<{
  sync: DataOf<"sync">;
  /** The latest runs, newest first. */
  runs: ReadonlyArray<DataOf<"run">>;
  records: DataOf<"records">;
  validation: DataOf<"validation"> | null;
}>;

/** So many runs that ended during a break of the connection are told of after it. */
const RUNS = 20;

/** Null when there is no such sync. */
export async function readSnapshot(database: Database, syncId: string): Promise<Snapshot | null> {
  const sync = await readSync(database, syncId);
  if (sync === null) return null;
  const [runs, records, validations, left] = await Promise.all([
    listRuns(database, syncId, { limit: RUNS }),
    countRecords(database, syncId),
    listValidations(database, syncId, 1),
    sync.state === "disconnecting" ? countHeldNames(database, syncId) : null,
  ]);
  const [validation] = validations;
  const { state, upToDate } = presentSync(sync);
  return {
    sync: {
      state,
      failure: presentFailure(sync.failureCode, sync.failureFields),
      failingSince: timestamp(sync.failingSince),
      awaitingPlanId: sync.awaitingPlanId,
      upToDate,
      retryAt: timestamp(sync.retryAt),
      nextScheduledAt: timestamp(sync.nextScheduledAt),
      disconnecting: left === null ? null : { left },
    },
    runs: runs.map(presentRun),
    records,
    validation: validation === undefined ? null : presentValidation(validation),
  };
}

/** Whether something goes on that changes from one moment to the next. */
export function isBusy({ sync, runs, validation }: Snapshot): boolean {
  const validates = validation !== null && validation.endedAt === null;
  const wanted = !sync.upToDate && (sync.state === "active" || sync.state === "failing");
  return validates || wanted || sync.state === "disconnecting" || runs[0]?.state === "running";
}
