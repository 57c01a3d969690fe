import type { AuditFields, AuditNote, SecretRow } from "@kvsync/store";
import type { SecretReach } from "./service.ts";

/** How many secrets one entry names; of more it tells how many there are. */
const NAMED = 100;

/** That values were answered in the clear: one entry, however many they are. */
export function viewed(
  { workspaceId, actor, projectId }: Pick<SecretReach, "workspaceId" | "actor" | "projectId">,
  secrets: readonly SecretRow[],
): AuditNote[] {
  const [first, ...more] = secrets;
  if (first === undefined) return [];
  const environmentIds = [
    ...new Set(secrets.flatMap(({ values }) => values.map(({ environmentId }) => environmentId))),
  ];
  return [
    {
      workspaceId,
      actor,
      action: "secret.viewed",
      projectId,
      environmentId: environmentIds.length === 1 ? (environmentIds[0] ?? null) : null,
      ...(more.length === 0
        ? { entity: { id: first.id, name: first.name }, fields: { count: 1, environmentIds } }
        : {
            fields: { ...severalOf(secrets), environmentIds },
          }),
    },
  ];
}

/**
 * That secrets were created, or given a value in further environments: an entry each, or one for the whole import where
 * there are many, so that it doesn't hold up the workspace's other changes.
 *
 * @param made the names that are new
 */
export function created(
  reach: SecretReach,
  secrets: ReadonlyArray<Readonly<{ id: string; name: string; type: string; dataType: string }>>,
  made: ReadonlySet<string>,
  environmentIds: readonly string[],
): AuditNote[] {
  if (secrets.length <= NAMED)
    return secrets.map((secret) => ({
      ...noteOf(reach, secret),
      action: made.has(secret.name) ? "secret.created" : "secret.updated",
      after: describe(secret, environmentIds),
    }));
  const { workspaceId, actor, projectId } = reach;
  const fields = { ...severalOf(secrets), new: made.size, environmentIds };
  return [{ workspaceId, actor, projectId, action: "secret.created", fields }];
}

/** The first of several secrets, and how many they are. */
function severalOf(secrets: ReadonlyArray<Readonly<{ id: string; name: string }>>): AuditFields {
  const named = secrets.slice(0, NAMED);
  return {
    count: secrets.length,
    secretIds: named.map(({ id }) => id),
    names: named.map(({ name }) => name),
  };
}

/** What every entry about one secret says. */
export function noteOf(
  { workspaceId, actor, projectId }: SecretReach,
  { id, name }: Readonly<{ id: string; name: string }>,
): Pick<AuditNote, "workspaceId" | "actor" | "projectId" | "entity"> {
  return { workspaceId, actor, projectId, entity: { id, name } };
}

/** What of a secret may stand in the audit log: everything but its values and its note, which may say anything. */
export function describe(
  { name, type, dataType }: Pick<SecretRow, "name" | "type" | "dataType">,
  environmentIds: Iterable<string>,
): AuditFields {
  return { name, type, dataType, environmentIds: [...environmentIds].toSorted() };
}
