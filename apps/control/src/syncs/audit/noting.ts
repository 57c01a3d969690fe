import type { AuditAction } from "@kvsync/contracts";
import {
  note,
  type Actor,
  type AuditFields,
  type AuditNote,
  type SyncRow,
  type Transaction,
} from "@kvsync/store";
import type { SyncEvent } from "../lifecycle.ts";

/** What each of a sync's events is called in the audit log; the others are noted with more of what they are about. */
const ACTIONS: Readonly<Partial<Record<SyncEvent, AuditAction>>> = {
  connect: "sync.connected",
  link: "sync.linked",
  validate: "sync.validation-requested",
  configure: "sync.configured",
  run: "sync.run-requested",
  pause: "sync.paused",
  resume: "sync.resumed",
};

/** The settings that people make, of which none is secret. */
const SETTINGS = [
  "name",
  "state",
  "environmentId",
  "tenantId",
  "clientId",
  "vaultUrl",
  "prefix",
  "namePolicy",
  "schedule",
  "timeZone",
  "removalPolicy",
  "driftPolicy",
  "existingPolicy",
  "removalBrakePercent",
  "firstPlan",
  "vaultWritesPer10s",
  "vaultReadsPer10s",
] as const satisfies ReadonlyArray<keyof SyncRow>;

/** Notes that a sync was started. */
export async function noteStart(transaction: Transaction, actor: Actor, sync: SyncRow): Promise<void> {
  const after = { name: sync.name };
  await note(transaction, [{ ...placeOf(sync), actor, action: "sync.started", after }]);
}

/** Notes that something was done to a sync, with the settings that it changed. */
export async function noteChange(
  transaction: Transaction,
  actor: Actor,
  event: SyncEvent,
  before: SyncRow,
  after: SyncRow,
): Promise<void> {
  const action = ACTIONS[event];
  const entries = action === undefined ? [] : [changeOf(action, actor, before, after)];
  await note(transaction, [...adoptionOf(actor, before, after), ...entries]);
}

/** What every entry about one sync says. */
export function placeOf({
  id,
  name,
  workspaceId,
  projectId,
  environmentId,
}: SyncRow): Pick<AuditNote, "workspaceId" | "projectId" | "environmentId" | "syncId" | "entity"> {
  return { workspaceId, projectId, environmentId, syncId: id, entity: { id, name } };
}

function changeOf(action: AuditAction, actor: Actor, before: SyncRow, after: SyncRow): AuditNote {
  const changed = SETTINGS.filter((name) => before[name] !== after[name]);
  const settings = (sync: SyncRow): AuditFields =>
    Object.fromEntries(changed.map((name) => [name, sync[name]]));
  const change = changed.length === 0 ? {} : { before: settings(before), after: settings(after) };
  return { ...placeOf(after), actor, action, ...change };
}

/** Taking over what others made is somebody's decision, and stays readable as such. */
function adoptionOf(actor: Actor, before: SyncRow, after: SyncRow): AuditNote[] {
  if (after.existingPolicy === before.existingPolicy) return [];
  const fields = { before: before.existingPolicy, after: after.existingPolicy };
  return [{ ...placeOf(after), actor, action: "existing-policy.changed", fields }];
}
