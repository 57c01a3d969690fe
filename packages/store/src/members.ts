import type { Database, Queryable } from "./database.ts";
import type { Member, User } from "./generated/client.ts";
import { beginOf, byCreation, type TimePage } from "./paging.ts";
import type { TokenScope } from "./tokens.ts";

export type MemberRow = Member & { readonly user: Pick<User, "id" | "email" | "name"> };

export type MemberRole = "admin" | "developer" | "member";

export type NewMember = Readonly<{
  workspaceId: string;
  userId: string;
  role: MemberRole;
  scope: TokenScope;
  isOwner?: boolean;
}>;

const withUser = { user: { select: { id: true, email: true, name: true } } } as const;

/** @throws a unique violation when the person is a member already */
export async function createMember(database: Queryable, member: NewMember): Promise<MemberRow> {
  return database.member.create({ data: member, include: withUser });
}

export async function listMembers(
  database: Queryable,
  workspaceId: string,
  page?: TimePage,
): Promise<MemberRow[]> {
  return database.member.findMany({
    where: { workspaceId, ...beginOf(page) },
    include: withUser,
    ...byCreation(page),
  });
}

export async function findMember(
  database: Queryable,
  workspaceId: string,
  id: string,
): Promise<MemberRow | null> {
  return database.member.findFirst({ where: { id, workspaceId }, include: withUser });
}

/**
 * Changes a workspace's members, one change after another: what is decided by who is an admin stays true until it is
 * done.
 */
export async function changeMembers<Result>(
  database: Database,
  workspaceId: string,
  change: (transaction: Queryable) => Promise<Result>,
): Promise<Result> {
  return database.$transaction(async (transaction) => {
    await transaction.$queryRaw`SELECT 1 FROM "Workspace" WHERE "id" = ${workspaceId}::uuid FOR UPDATE`;
    return change(transaction);
  });
}

/** Whether the workspace has an admin everywhere beside this member. */
export async function hasOtherAdmin(
  transaction: Queryable,
  { id, workspaceId }: Pick<MemberRow, "id" | "workspaceId">,
): Promise<boolean> {
  const others = await transaction.member.count({
    where: { workspaceId, id: { not: id }, role: "admin", scope: { path: ["all"], equals: true } },
  });
  return others > 0;
}

export async function hasOwner(database: Queryable, workspaceId: string): Promise<boolean> {
  return (await database.member.count({ where: { workspaceId, isOwner: true } })) > 0;
}

export async function updateMember(
  transaction: Queryable,
  id: string,
  { role, scope }: Readonly<{ role?: MemberRole | undefined; scope?: TokenScope | undefined }>,
): Promise<MemberRow> {
  const data = { ...(role === undefined ? {} : { role }), ...(scope === undefined ? {} : { scope }) };
  return transaction.member.update({ where: { id }, data, include: withUser });
}

/** Ends a membership, and the person's tokens of this workspace. */
export async function removeMember(
  transaction: Queryable,
  { id, workspaceId, userId }: Pick<MemberRow, "id" | "workspaceId" | "userId">,
): Promise<void> {
  await transaction.member.delete({ where: { id } });
  await transaction.apiToken.updateMany({
    where: { workspaceId, userId, revokedAt: null },
    data: { revokedAt: new Date() },
  });
}
