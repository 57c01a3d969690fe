import type { Queryable } from "./database.ts";
import type { Invitation, Workspace } from "./generated/client.ts";
import type { MemberRole } from "./members.ts";
import { beginOf, byCreation, type TimePage } from "./paging.ts";
import type { TokenScope } from "./tokens.ts";

export type InvitationRow = Invitation;

export type NewInvitation = Readonly<{
  workspaceId: string;
  /** In lower case. */
  email: string;
  role: MemberRole;
  scope: TokenScope;
  hash: Uint8Array<ArrayBuffer>;
  invitedById: string | null;
  expiresAt: Date;
}>;

/** Invites somebody. An invitation of the same address that is still open ends, so that one link counts. */
export async function createInvitation(
  transaction: Queryable,
  invitation: NewInvitation,
): Promise<InvitationRow> {
  const { workspaceId, email } = invitation;
  await transaction.invitation.updateMany({
    where: { workspaceId, email, ...undecided },
    data: { revokedAt: new Date() },
  });
  return transaction.invitation.create({ data: invitation });
}

const undecided = { acceptedAt: null, revokedAt: null } as const;

/** Invitations that were neither accepted nor withdrawn; some may have expired. */
export async function listInvitations(
  database: Queryable,
  workspaceId: string,
  page?: TimePage,
): Promise<InvitationRow[]> {
  return database.invitation.findMany({
    where: { workspaceId, ...undecided, ...beginOf(page) },
    ...byCreation(page),
  });
}

/** The open invitation with this token's hash, or null. */
export async function findInvitation(
  database: Queryable,
  hash: Uint8Array<ArrayBuffer>,
): Promise<(InvitationRow & { readonly workspace: Workspace }) | null> {
  return database.invitation.findFirst({
    where: { hash, ...undecided, expiresAt: { gt: new Date() } },
    include: { workspace: true },
  });
}

/** The open invitations of an e-mail address to a workspace. */
export async function findInvitationOf(
  database: Queryable,
  workspaceId: string,
  email: string,
): Promise<InvitationRow | null> {
  return database.invitation.findFirst({
    where: { workspaceId, email, ...undecided, expiresAt: { gt: new Date() } },
  });
}

/** @returns false when somebody else was quicker, or it has ended */
export async function takeInvitation(transaction: Queryable, id: string): Promise<boolean> {
  const now = new Date();
  const { count } = await transaction.invitation.updateMany({
    where: { id, ...undecided, expiresAt: { gt: now } },
    data: { acceptedAt: now },
  });
  return count > 0;
}

/** @returns the invitation that ended, or null where there is none to end */
export async function withdrawInvitation(
  transaction: Queryable,
  workspaceId: string,
  id: string,
): Promise<InvitationRow | null> {
  const { count } = await transaction.invitation.updateMany({
    where: { id, workspaceId, ...undecided },
    data: { revokedAt: new Date() },
  });
  return count > 0 ? transaction.invitation.findUnique({ where: { id } }) : null;
}
