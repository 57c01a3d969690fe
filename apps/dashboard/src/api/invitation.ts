import { request } from "./client.ts";
import { beginSession, type Role, type Session } from "./session.ts";

/** What an invitation is for. */
export type OpenInvitation = Readonly<{
  email: string;
  workspace: Readonly<{ name: string; slug: string }>;
  role: Role;
  /** Whether the invited person is new here, and chooses name and password; else they must be signed in. */
  needsPassword: boolean;
}>;

/** @throws {ApiFailure} 404 for a link that was used, revoked or has expired */
export const lookAtInvitation = (token: string): Promise<OpenInvitation> =>
  request("POST", "/v1/invitations/look", { body: { token }, anonymous: true });

/**
 * Joins the workspace. Somebody new gives a name and a password and is signed in; others are signed in already.
 *
 * @throws {ApiFailure} 400 `VALIDATION`, 401 `SIGN_IN_NEEDED`, 404 `INVITATION_NOT_FOUND`, 409 `EXISTS`
 */
export async function acceptInvitation(
  body: Readonly<{ token: string; name?: string; password?: string }>,
): Promise<void> {
  beginSession(await request<Session>("POST", "/v1/invitations/accept", { body, anonymous: true }));
}
