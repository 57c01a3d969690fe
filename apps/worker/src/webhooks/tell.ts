import { readRunView, type Database, type SyncRow, type Telling } from "@kvsync/store";
import { decideTelling, mayTell, toldOf, type EndedRun } from "./alarm.ts";

/** What webhooks are to be told of a run that is about to end; null for most. Its records must be saved. */
export async function tellingOf(
  database: Database,
  sync: SyncRow,
  runId: string,
  end: EndedRun,
): Promise<Telling | null> {
  const told = toldOf(sync);
  if (!mayTell(end, told)) return null;
  return decideTelling(end, told, await readRunView(database, sync.id, runId), new Date());
}
