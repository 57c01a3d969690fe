import { note, type AuditAction, type Person, type Queryable } from "@kvsync/store";

/** Notes what happened with a person's sign-in in each of their workspaces, whose admins are to see it. */
export async function noteOfPerson(
  transaction: Queryable,
  { id: userId, memberships }: Pick<Person, "id" | "memberships">,
  action: AuditAction,
  fields: Readonly<Record<string, string | number | null>> = {},
): Promise<void> {
  const actor = { userId, tokenId: null };
  await note(
    transaction,
    memberships.map(({ workspaceId }) => ({ workspaceId, actor, action, fields })),
  );
}
