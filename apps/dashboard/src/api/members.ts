import { queryOptions } from "@tanstack/react-query";
import { request } from "./client.ts";
import type { Role, Scope } from "./session.ts";

/** What somebody may do, and where. */
export type Access = Readonly<{ role: Role; scope: Scope }>;

export type Member = Access &
  Readonly<{
    id: string;
    user: Readonly<{ id: string; email: string; name: string }>;
    /** Stays an admin everywhere, and can't be removed. */
    isOwner: boolean;
    createdAt: string;
  }>;

export type Invitation = Access &
  Readonly<{ id: string; email: string; createdAt: string; expiresAt: string }>;

/** An invitation that was just made: the only answer that has its link, as a path of the dashboard. */
export type NewInvitation = Invitation & Readonly<{ path: string }>;

const at = (workspace: string, rest: string): string =>
  `/v1/workspace/${encodeURIComponent(workspace)}/${rest}`;

export const membersQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["workspace", workspace, "members"],
    queryFn: ({ signal }) => request<readonly Member[]>("GET", at(workspace, "members"), { signal }),
  });

export const invitationsQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["workspace", workspace, "invitations"],
    queryFn: ({ signal }) => request<readonly Invitation[]>("GET", at(workspace, "invitations"), { signal }),
  });

/** @throws {ApiFailure} 400 `VALIDATION`, 409 `EXISTS` */
export const invite = (
  workspace: string,
  body: Access & Readonly<{ email: string }>,
): Promise<NewInvitation> => request("POST", at(workspace, "members"), { body });

/** @throws {ApiFailure} 409 `OWNER_STAYS`, `LAST_ADMIN` */
export const changeMember = (workspace: string, id: string, body: Access): Promise<Member> =>
  request("PATCH", at(workspace, `members/${id}`), { body });

/** Also revokes the member’s tokens. @throws {ApiFailure} 409 `OWNER_STAYS`, `LAST_ADMIN` */
export const removeMember = (workspace: string, id: string): Promise<void> =>
  request("DELETE", at(workspace, `members/${id}`));

export const revokeInvitation = (workspace: string, id: string): Promise<void> =>
  request("DELETE", at(workspace, `invitations/${id}`));
