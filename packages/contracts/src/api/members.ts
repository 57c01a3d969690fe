import { z } from "zod";
import { operations } from "./operation.ts";
import { emailSchema } from "./session.ts";
import { roleSchema, scopeBodySchema, scopeSchema } from "./tokens.ts";
import {
  exampleIds,
  idParam,
  idText,
  successSchema,
  timestampSchema,
  workspaceParams,
  nextCursorHeader,
  PAGED_ARRAY,
  pageQuerySchema,
} from "./values.ts";

export const inviteSchema = z.strictObject({ email: emailSchema, role: roleSchema, scope: scopeSchema });
export const changeMemberSchema = z
  .strictObject({ role: roleSchema.optional(), scope: scopeSchema.optional() })
  .refine(({ role, scope }) => role !== undefined || scope !== undefined, {
    error: "needs a role or a scope",
  });
export const memberParams = workspaceParams.extend({ memberId: idParam("member") });
export const invitationParams = workspaceParams.extend({ invitationId: idParam("invitation") });

const userSchema = z.object({ id: idText, email: z.string(), name: z.string() });

export const memberSchema = z
  .object({
    id: idText,
    user: userSchema,
    role: roleSchema,
    scope: scopeBodySchema,
    isOwner: z.boolean().meta({ description: "The owner can't be removed, and stays an admin everywhere." }),
    createdAt: timestampSchema,
  })
  .meta({ id: "Member" });
export type MemberBody = z.infer<typeof memberSchema>;

export const invitationSchema = z
  .object({
    id: idText,
    email: z.string(),
    role: roleSchema,
    scope: scopeBodySchema,
    createdAt: timestampSchema,
    expiresAt: timestampSchema,
  })
  .meta({ id: "Invitation" });
export type InvitationBody = z.infer<typeof invitationSchema>;

export const newInvitationSchema = invitationSchema
  .extend({
    token: z.string().meta({ description: "Shown here alone." }),
    path: z
      .string()
      .meta({ description: "The page to send: `/invitation#<token>`, on the dashboard's host." }),
  })
  .meta({ id: "NewInvitation" });

/** Members and invitations in one list, in Enkryptify's shape. */
const rbacSchema = z.object({
  id: idText,
  workspaceId: idText,
  user: userSchema.meta({ description: "For an invitation, its own id and an empty name." }),
  role: roleSchema,
  status: z.enum(["invite-sent", "account-created", "declined", "expired"]),
  isOwner: z.boolean(),
  scope: scopeBodySchema,
  invitedAt: timestampSchema,
});
export type RbacBody = z.infer<typeof rbacSchema>;

const TAG = "Members";
const everywhere = { all: true, teams: [], projects: [], environments: [] };

export const memberOperations = operations({
  listMembers: {
    method: "GET",
    path: "/v1/workspace/{workspace}/members",
    tag: TAG,
    summary: "The members of the workspace, in the order in which they came",
    description: PAGED_ARRAY,
    access: "admin",
    params: workspaceParams,
    query: pageQuerySchema,
    answers: {
      200: {
        description: "The members.",
        body: z.array(memberSchema),
        headers: { "next-cursor": nextCursorHeader },
      },
    },
    problems: { 400: ["CURSOR_INVALID"] },
  },
  inviteMember: {
    method: "POST",
    path: "/v1/workspace/{workspace}/members",
    tag: TAG,
    summary: "Invites somebody by a link",
    description:
      "The link is for once and for a week. An earlier one for the same address ends. No mail is sent: hand the link on.",
    access: "admin",
    params: workspaceParams,
    body: inviteSchema,
    example: { email: "ada@example.com", role: "developer", scope: everywhere },
    answers: { 201: { description: "The invitation, with its link.", body: newInvitationSchema } },
    problems: { 409: ["EXISTS"] },
  },
  changeMember: {
    method: "PATCH",
    path: "/v1/workspace/{workspace}/members/{memberId}",
    tag: TAG,
    summary: "Changes a member's role or scope",
    description: "It acts on the member's next request, and on their tokens'.",
    access: "admin",
    params: memberParams,
    body: changeMemberSchema,
    example: { role: "member", scope: { ...everywhere, all: false, projects: [exampleIds.project] } },
    answers: { 200: { description: "Changed.", body: memberSchema } },
    problems: { 404: ["MEMBER_NOT_FOUND"], 409: ["OWNER_STAYS", "LAST_ADMIN"] },
  },
  removeMember: {
    method: "DELETE",
    path: "/v1/workspace/{workspace}/members/{memberId}",
    tag: TAG,
    summary: "Removes a member, and revokes their tokens of this workspace",
    access: "admin",
    params: memberParams,
    answers: { 200: { description: "Removed.", body: successSchema } },
    problems: { 404: ["MEMBER_NOT_FOUND"], 409: ["OWNER_STAYS", "LAST_ADMIN"] },
  },
  listInvitations: {
    method: "GET",
    path: "/v1/workspace/{workspace}/invitations",
    tag: TAG,
    summary: "The invitations that weren't accepted yet, oldest first",
    description: PAGED_ARRAY,
    access: "admin",
    params: workspaceParams,
    query: pageQuerySchema,
    answers: {
      200: {
        description: "The invitations; some may have expired.",
        body: z.array(invitationSchema),
        headers: { "next-cursor": nextCursorHeader },
      },
    },
    problems: { 400: ["CURSOR_INVALID"] },
  },
  withdrawInvitation: {
    method: "DELETE",
    path: "/v1/workspace/{workspace}/invitations/{invitationId}",
    tag: TAG,
    summary: "Withdraws an invitation",
    access: "admin",
    params: invitationParams,
    answers: { 200: { description: "Its link is worth nothing any more.", body: successSchema } },
    problems: { 404: ["INVITATION_NOT_FOUND"] },
  },
  listRbac: {
    method: "GET",
    path: "/v1/workspace/{workspace}/rbac",
    tag: TAG,
    summary: "Members and invitations in one list, as Enkryptify has them",
    access: "admin",
    params: workspaceParams,
    answers: { 200: { description: "Members, then open invitations.", body: z.array(rbacSchema) } },
  },
});
