import type { AuditAction } from "@kvsync/contracts";
import type { AuditFields, AuditNote, SecretRow } from "@kvsync/store";
import type { SecretReach } from "./reach.ts";

/** How many secrets are noted one by one, or named in one entry; of more it tells how many there are. */
const NAMED = 100;

type Named = Readonly<{ id: string; name: string }>;
type Kind = Pick<SecretRow, "name" | "type" | "dataType">;

/** Whose values are answered: the values that the answer holds. */
export type OpenedSecret = Named & Pick<SecretRow, "values" | "personal">;

/** That values are answered in the clear: one entry, however many they are; null where there are none. */
export function viewed(reach: SecretReach, secrets: readonly OpenedSecret[]): AuditNote | null {
  const opened = secrets.filter(({ values, personal }) => values.length + personal.length > 0);
  const [first, ...more] = opened;
  if (first === undefined) return null;
  const values = opened.flatMap(({ values: shared, personal }) => [...shared, ...personal]);
  const environmentIds = [...new Set(values.map(({ environmentId }) => environmentId))].toSorted();
  const personal = opened.reduce((sum, secret) => sum + secret.personal.length, 0);
  return {
    ...placeOf(reach, environmentIds),
    action: "secret.viewed",
    ...(more.length === 0 ? { entity: entityOf(first) } : {}),
    fields: {
      ...(more.length === 0 ? { count: 1 } : severalOf(opened)),
      environmentIds,
      ...(personal === 0 ? {} : { personal }),
    },
  };
}

/**
 * That secrets were given values in environments: an entry for each, or one for all where there are many, so that an
 * import doesn't hold up the workspace's other changes.
 *
 * @param made the names of those that are new
 */
export function given(
  reach: SecretReach,
  secrets: ReadonlyArray<Named & Kind>,
  made: ReadonlySet<string>,
  environmentIds: readonly string[],
): AuditNote[] {
  const place = placeOf(reach, environmentIds);
  if (secrets.length > NAMED) {
    const fields = { ...severalOf(secrets), new: made.size, environmentIds };
    return [{ ...place, action: "secret.imported", fields }];
  }
  return secrets.map((secret) => {
    const isNew = made.has(secret.name);
    const entry = { ...place, entity: entityOf(secret) };
    return isNew
      ? { ...entry, action: "secret.created", after: describe(secret, environmentIds) }
      : { ...entry, action: "secret.updated", fields: { changed: environmentIds } };
  });
}

/** That secrets were deleted: an entry for each, by name, or one for all where there are many. */
export function deleted(reach: SecretReach, found: readonly SecretRow[]): AuditNote[] {
  const secrets = found.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const action: AuditAction = "secret.deleted";
  if (secrets.length > NAMED) {
    const environmentIds = [...new Set(secrets.flatMap(environmentsOf))];
    return [{ ...placeOf(reach, environmentIds), action, fields: severalOf(secrets) }];
  }
  return secrets.map((secret) => {
    const environmentIds = environmentsOf(secret);
    return {
      ...placeOf(reach, environmentIds),
      action,
      entity: entityOf(secret),
      before: describe(secret, environmentIds),
    };
  });
}

/** Which values an edit changed, and which it took away: ids of environments. */
export type EditedValues = Readonly<{ changed: readonly string[]; removed: readonly string[] }>;

/** What an edit did to a secret; null where it wrote what was there already. */
export function edited(
  reach: SecretReach,
  before: SecretRow,
  after: Named & Kind & Pick<SecretRow, "note">,
  values: EditedValues,
  personal: EditedValues,
): AuditNote | null {
  const { changed, removed } = values;
  const noteChanged = before.note !== after.note;
  const had = environmentsOf(before);
  const has = [...new Set([...had, ...changed])].filter((id) => !removed.includes(id));
  const [was, is] = [describe(before, had), describe(after, has)];
  const touched = [values, personal].flatMap((one) => [...one.changed, ...one.removed]);
  if (touched.length === 0 && !noteChanged && JSON.stringify(was) === JSON.stringify(is)) return null;
  return {
    ...placeOf(reach, [...new Set(touched)]),
    action: "secret.updated",
    entity: entityOf(after),
    fields: {
      changed,
      removed,
      noteChanged,
      ...(personal.changed.length === 0 ? {} : { personalChanged: personal.changed }),
      ...(personal.removed.length === 0 ? {} : { personalRemoved: personal.removed }),
    },
    before: was,
    after: is,
  };
}

function placeOf(
  { workspaceId, actor, projectId }: SecretReach,
  environmentIds: readonly string[],
): Pick<AuditNote, "workspaceId" | "actor" | "projectId" | "environmentId"> {
  const environmentId = environmentIds.length === 1 ? (environmentIds[0] ?? null) : null;
  return { workspaceId, actor, projectId, environmentId };
}

const entityOf = ({ id, name }: Named): Named => ({ id, name });

const environmentsOf = ({ values }: SecretRow): string[] => values.map(({ environmentId }) => environmentId);

/** The first of several secrets, and how many they are. */
function severalOf(secrets: readonly Named[]): AuditFields {
  const named = secrets.slice(0, NAMED);
  return {
    count: secrets.length,
    secretIds: named.map(({ id }) => id),
    names: named.map(({ name }) => name),
  };
}

/** What of a secret may stand in the audit log: everything but its values and its note, which may say anything. */
function describe({ name, type, dataType }: Kind, environmentIds: Iterable<string>): AuditFields {
  return { name, type, dataType, environmentIds: [...environmentIds].toSorted() };
}
