import { createHash, randomBytes } from "node:crypto";
import { ApiError } from "@kvsync/contracts";
import {
  createInvitation,
  listMembers,
  note,
  type Actor,
  type InvitationRow,
  type MemberRole,
  type Queryable,
  type TokenScope,
} from "@kvsync/store";

const LIFETIME_MS = 7 * 86_400_000;

/** What is told of an invitation to come. */
export type InvitationWish = Readonly<{
  workspaceId: string;
  /** In lower case. */
  email: string;
  role: MemberRole;
  scope: TokenScope;
  actor: Actor;
}>;

/**
 * Invites somebody to a workspace, for a week.
 *
 * @returns the invitation and the link's token, which is nowhere else
 * @throws {ApiError} 409 `EXISTS` for who is a member already
 */
export async function invite(
  transaction: Queryable,
  { actor, ...wish }: InvitationWish,
): Promise<{ invitation: InvitationRow; token: string }> {
  const { workspaceId, email, role, scope } = wish;
  const members = await listMembers(transaction, workspaceId);
  if (members.some(({ user }) => user.email === email))
    throw new ApiError(409, "EXISTS", "email: is a member's already");
  const token = randomBytes(32).toString("base64url");
  const invitation = await createInvitation(transaction, {
    ...wish,
    hash: hashInvitationToken(token),
    invitedById: actor.userId,
    expiresAt: new Date(Date.now() + LIFETIME_MS),
  });
  const entity = { id: invitation.id, name: email };
  const after = { email, role, scope };
  await note(transaction, [{ workspaceId, actor, action: "member.invited", entity, after }]);
  return { invitation, token };
}

/** The page that a link opens. The token stands in the fragment, which browsers send to nobody. */
export const invitationPath = (token: string): string => `/invitation#${token}`;

/** SHA-256: a token has 256 random bits. */
export function hashInvitationToken(token: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash("sha256").update(token).digest());
}
