import { request } from "./client.ts";
import { beginSession, type Role, type Session } from "./session.ts";

/** What an invitation is for. */
export type OpenInvitation = Readonly<{
  email: string;
  workspace: Readonly<{ name: string; slug: string }>;
  role: Role;
  /** Whether the invited person is new here, and chooses name and password. */
  needsPassword: boolean;
}>;

/** @throws {ApiFailure} 404 for a link that was used, revoked or has expired */
export const lookAtInvitation = (token: string): Promise<OpenInvitation> =>
  request("POST", "/v1/invitations/look", { body: { token }, anonymous: true });

/** Joins the workspace, and begins a session. @throws {ApiFailure} 400 `VALIDATION`, 401 `SIGN_IN_FAILED` */
export async function acceptInvitation(
  body: Readonly<{ token: string; name?: string; password: string }>,
): Promise<void> {
  beginSession(await request<Session>("POST", "/v1/invitations/accept", { body, anonymous: true }));
}
