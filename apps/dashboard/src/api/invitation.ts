import type { invitationOperations, RequestOf, ResponseOf } from "@kvsync/contracts/api";
import { call } from "./call.ts";
import { beginSession } from "./session.ts";

type Operations = typeof invitationOperations;
/** What an invitation is for. */
export type OpenInvitation = ResponseOf<Operations["lookAtInvitation"]>;

/** @throws {ApiFailure} 404 for a link that was used, revoked or has expired */
export const lookAtInvitation = (token: string): Promise<OpenInvitation> =>
  call("POST", "/v1/invitations/look", { body: { token }, anonymous: true });

/**
 * Joins the workspace. Somebody new gives a name and a password and is signed in; others are signed in already.
 *
 * @throws {ApiFailure} 400 `VALIDATION`, 401 `SIGN_IN_NEEDED`, 404 `INVITATION_NOT_FOUND`, 409 `EXISTS`
 */
export async function acceptInvitation(
  body: RequestOf<Operations["acceptInvitation"]>["body"],
): Promise<void> {
  beginSession(await call("POST", "/v1/invitations/accept", { body, anonymous: true }));
}
