import type { AuditAction } from "@kvsync/contracts";
import { note, type Person, type Queryable } from "@kvsync/store";

/** Notes what happened with a person's sign-in in each of their workspaces, whose admins are to see it. */
export async function noteOfPerson(
  transaction: Queryable,
  { id: userId, name, memberships }: Pick<Person, "id" | "name" | "memberships">,
  action: AuditAction,
  fields: Readonly<Record<string, string | number | null>> = {},
): Promise<void> {
  const entity = { id: userId, name };
  const actor = { userId, tokenId: null };
  await note(
    transaction,
    memberships.map(({ workspaceId }) => ({ workspaceId, actor, action, entity, fields })),
  );
}
