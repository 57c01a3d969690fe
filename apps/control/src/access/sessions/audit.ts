import type { AuditAction } from "@kvsync/contracts";
import {
  INSTALLATION,
  note,
  systemActor,
  type AuditFields,
  type Person,
  type Transaction,
} from "@kvsync/store";

type Noted = Pick<Person, "id" | "name" | "memberships">;

/** Notes what somebody did with their sign-in in each of their workspaces, whose admins are to see it. */
export async function noteOfPerson(
  transaction: Transaction,
  person: Noted,
  action: AuditAction,
  fields: AuditFields = {},
): Promise<void> {
  const { id: userId, name } = person;
  const actor = { userId, tokenId: null };
  const entry = { actor, action, entity: { id: userId, name }, fields };
  await note(
    transaction,
    chainsOf(person).map((workspaceId) => ({ ...entry, workspaceId })),
  );
}

/** Notes that a sign-in was refused. Who tried isn't known: what is noted is the address that they gave. */
export async function noteRefusal(
  transaction: Transaction,
  email: string,
  person: Noted | null,
  fields: AuditFields,
): Promise<void> {
  const action = "session.refused";
  const entity = person === null ? {} : { entity: { id: person.id, name: person.name } };
  const entry = { actor: systemActor, anonymous: email, action, ...entity, fields } as const;
  await note(
    transaction,
    chainsOf(person).map((workspaceId) => ({ ...entry, workspaceId })),
  );
}

/** Where what concerns a person is noted. The same work for an address that is nobody's, so that no time tells that. */
function chainsOf(person: Noted | null): string[] {
  const workspaceIds = person?.memberships.map(({ workspaceId }) => workspaceId) ?? [];
  return workspaceIds.length === 0 ? [INSTALLATION] : workspaceIds;
}
