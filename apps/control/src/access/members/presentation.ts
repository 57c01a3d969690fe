import type { InvitationBody, MemberBody, RbacBody } from "@kvsync/contracts/api";
import { tokenScopeSchema, type InvitationRow, type MemberRow } from "@kvsync/store";
import { timestamp } from "../../http/timestamp.ts";
import { roleOf } from "../caller.ts";

export function presentMember({ id, user, role, scope, isOwner, createdAt }: MemberRow): MemberBody {
  return {
    id,
    user: { id: user.id, email: user.email, name: user.name },
    role: roleOf(role),
    scope: tokenScopeSchema.parse(scope),
    isOwner,
    createdAt: timestamp(createdAt),
  };
}

export function presentInvitation({
  id,
  email,
  role,
  scope,
  createdAt,
  expiresAt,
}: InvitationRow): InvitationBody {
  return {
    id,
    email,
    role: roleOf(role),
    scope: tokenScopeSchema.parse(scope),
    createdAt: timestamp(createdAt),
    expiresAt: timestamp(expiresAt),
  };
}

/** Members, then open invitations, in Enkryptify's shape. */
export function presentRbac(
  members: readonly MemberRow[],
  invitations: readonly InvitationRow[],
  now: Date,
): RbacBody[] {
  const joined = members.map((member): RbacBody => {
    const { createdAt: invitedAt, ...rest } = presentMember(member);
    return { ...rest, workspaceId: member.workspaceId, status: "account-created", invitedAt };
  });
  const invited = invitations.map((invitation): RbacBody => {
    const { id, email, role, scope, createdAt: invitedAt } = presentInvitation(invitation);
    const status = invitation.expiresAt > now ? "invite-sent" : "expired";
    const { workspaceId } = invitation;
    return { id, workspaceId, user: { id, email, name: "" }, role, status, isOwner: false, scope, invitedAt };
  });
  return [...joined, ...invited];
}
