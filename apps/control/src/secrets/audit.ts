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
  const named = secrets.slice(0, NAMED);
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
            fields: {
              count: secrets.length,
              secretIds: named.map(({ id }) => id),
              names: named.map(({ name }) => name),
              environmentIds,
            },
          }),
    },
  ];
}

/** What of a secret may stand in the audit log: everything but its values and its note, which may say anything. */
export function describe(
  { name, type, dataType }: Pick<SecretRow, "name" | "type" | "dataType">,
  environmentIds: Iterable<string>,
): AuditFields {
  return { name, type, dataType, environmentIds: [...environmentIds].toSorted() };
}
