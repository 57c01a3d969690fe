import type { memberOperations, ResponseOf } from "@kvsync/contracts/api";
import { queryOptions } from "@tanstack/react-query";
import { call, callTagged } from "./call.ts";
import { allPages } from "./pages.ts";
import type { Role, Scope } from "./session.ts";

type Operations = typeof memberOperations;
export type Member = ResponseOf<Operations["listMembers"]>[number];
export type Invitation = ResponseOf<Operations["listInvitations"]>[number];
/** An invitation that was just made: the only answer that has its link, as a path of the dashboard. */
export type NewInvitation = ResponseOf<Operations["inviteMember"]>;

/** What somebody may do, and where. */
type Access = Readonly<{ role: Role; scope: Scope }>;

export const membersQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["workspace", workspace, "members"],
    queryFn: ({ signal }) =>
      allPages<Member>((query) =>
        callTagged("GET", "/v1/workspace/{workspace}/members", { params: { workspace }, query, signal }),
      ),
  });

export const invitationsQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["workspace", workspace, "invitations"],
    queryFn: ({ signal }) =>
      allPages<Invitation>((query) =>
        callTagged("GET", "/v1/workspace/{workspace}/invitations", { params: { workspace }, query, signal }),
      ),
  });

/** @throws {ApiFailure} 400 `VALIDATION`, 409 `EXISTS` */
export const invite = (
  workspace: string,
  body: Access & Readonly<{ email: string }>,
): Promise<NewInvitation> =>
  call("POST", "/v1/workspace/{workspace}/members", { params: { workspace }, body });

/** @throws {ApiFailure} 409 `OWNER_STAYS`, `LAST_ADMIN` */
export const changeMember = (workspace: string, memberId: string, body: Access): Promise<Member> =>
  call("PATCH", "/v1/workspace/{workspace}/members/{memberId}", { params: { workspace, memberId }, body });

/** Also revokes the member’s tokens. @throws {ApiFailure} 409 `OWNER_STAYS`, `LAST_ADMIN` */
export const removeMember = (workspace: string, memberId: string): Promise<unknown> =>
  call("DELETE", "/v1/workspace/{workspace}/members/{memberId}", { params: { workspace, memberId } });

export const revokeInvitation = (workspace: string, invitationId: string): Promise<unknown> =>
  call("DELETE", "/v1/workspace/{workspace}/invitations/{invitationId}", {
    params: { workspace, invitationId },
  });
