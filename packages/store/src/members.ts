import type { Queryable } from "./database.ts";
import type { Member } from "./generated/client.ts";
import type { TokenScope } from "./tokens.ts";

export type MemberRow = Member;

export type NewMember = Readonly<{
  workspaceId: string;
  userId: string;
  role: "admin" | "developer" | "member";
  scope: TokenScope;
  isOwner?: boolean;
}>;

/** @throws a unique violation when the person is a member already */
export async function createMember(database: Queryable, member: NewMember): Promise<MemberRow> {
  return database.member.create({ data: member });
}
