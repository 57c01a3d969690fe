import { ApiError } from "@kvsync/contracts";
import {
  changeMemberSchema,
  invitationParams,
  inviteSchema,
  memberParams,
  pageQuerySchema,
} from "@kvsync/contracts/api";
import {
  changeMembers,
  findMember,
  hasOtherAdmin,
  listInvitations,
  listMembers,
  note,
  removeMember,
  tokenScopeSchema,
  updateMember,
  withdrawInvitation,
  type Database,
  type MemberRow,
  type Queryable,
} from "@kvsync/store";
import { Router, type Request } from "express";
import { placeInTime, tellNextPage, timePageOf } from "../../http/list-page.ts";
import { refuseOtherMethods } from "../../http/methods.ts";
import { parseBody, parseParams, parseQuery } from "../../http/parse.ts";
import { requireWorkspace } from "../../workspaces/reach.ts";
import { roleOf } from "../caller.ts";
import { actorOf, isAdmin, requireAdmin, type Principal } from "../principal.ts";
import { requireWithin } from "../scope.ts";
import { invitationPath, invite } from "./invite.ts";
import { presentInvitation, presentMember, presentRbac } from "./presentation.ts";

const BASE = "/workspace/:workspace";

/** Members and invitations of a workspace, for its admins. */
export function memberRoutes(database: Database): Router {
  const router = Router();
  const adminOf = (request: Request): Principal => requireAdmin(request, requireWorkspace(request));

  router.get(`${BASE}/members`, async (request, response) => {
    const { workspaceId } = adminOf(request);
    const { page } = parseQuery(pageQuerySchema, request);
    const members = await listMembers(database, workspaceId, timePageOf(page));
    tellNextPage(response, members, page, placeInTime);
    response.json(members.map(presentMember));
  });

  router.post(`${BASE}/members`, async (request, response) => {
    const principal = adminOf(request);
    const wish = parseBody(inviteSchema, request);
    const { workspaceId, scopes } = principal;
    await requireWithin(database, workspaceId, wish.scope, scopes);
    const { invitation, token } = await changeMembers(database, workspaceId, (transaction) =>
      invite(transaction, { ...wish, workspaceId, actor: actorOf(principal) }),
    );
    const path = invitationPath(token);
    response.status(201).json({ ...presentInvitation(invitation), token, path });
  });

  router.patch(`${BASE}/members/:memberId`, async (request, response) => {
    const principal = adminOf(request);
    const change = parseBody(changeMemberSchema, request);
    const { memberId } = parseParams(memberParams, request);
    const { workspaceId, scopes } = principal;
    if (change.scope !== undefined) await requireWithin(database, workspaceId, change.scope, scopes);
    const changed = await changeMembers(database, workspaceId, async (transaction) => {
      const member = await memberOf(transaction, workspaceId, memberId);
      const before = { role: member.role, scope: tokenScopeSchema.parse(member.scope) };
      const after = { role: change.role ?? before.role, scope: change.scope ?? before.scope };
      const staysAdmin = isAdmin({
        role: after.role === "admin" ? "admin" : "member",
        scopes: [after.scope],
      });
      if (!staysAdmin) await requireDispensable(transaction, member);
      const next = await updateMember(transaction, member.id, change);
      await note(transaction, [{ ...byline(principal, member), action: "member.changed", before, after }]);
      return next;
    });
    response.json(presentMember(changed));
  });

  router.delete(`${BASE}/members/:memberId`, async (request, response) => {
    const principal = adminOf(request);
    const { memberId } = parseParams(memberParams, request);
    const { workspaceId } = principal;
    await changeMembers(database, workspaceId, async (transaction) => {
      const member = await memberOf(transaction, workspaceId, memberId);
      await requireDispensable(transaction, member);
      await removeMember(transaction, member);
      const before = { role: member.role, scope: tokenScopeSchema.parse(member.scope) };
      await note(transaction, [{ ...byline(principal, member), action: "member.removed", before }]);
    });
    response.json({ success: true });
  });

  router.get(`${BASE}/invitations`, async (request, response) => {
    const { workspaceId } = adminOf(request);
    const { page } = parseQuery(pageQuerySchema, request);
    const invitations = await listInvitations(database, workspaceId, timePageOf(page));
    tellNextPage(response, invitations, page, placeInTime);
    response.json(invitations.map(presentInvitation));
  });

  router.delete(`${BASE}/invitations/:invitationId`, async (request, response) => {
    const principal = adminOf(request);
    const { invitationId } = parseParams(invitationParams, request);
    const { workspaceId } = principal;
    await database.$transaction(async (transaction) => {
      const ended = await withdrawInvitation(transaction, workspaceId, invitationId);
      if (ended === null) throw new ApiError(404, "INVITATION_NOT_FOUND", "Invitation not found");
      const entity = { id: ended.id, name: ended.email };
      const actor = actorOf(principal);
      await note(transaction, [{ workspaceId, actor, action: "invitation.revoked", entity }]);
    });
    response.json({ success: true });
  });

  router.get(`${BASE}/rbac`, async (request, response) => {
    const { workspaceId } = adminOf(request);
    const [members, invitations] = await Promise.all([
      listMembers(database, workspaceId),
      listInvitations(database, workspaceId),
    ]);
    response.json(presentRbac(members, invitations, new Date()));
  });

  return refuseOtherMethods(router);
}

async function memberOf(transaction: Queryable, workspaceId: string, id: string): Promise<MemberRow> {
  const member = await findMember(transaction, workspaceId, id);
  if (member === null) throw new ApiError(404, "MEMBER_NOT_FOUND", "Member not found");
  return member;
}

/** That a workspace keeps its owner and an admin without this member. @throws {ApiError} 409 */
async function requireDispensable(transaction: Queryable, member: MemberRow): Promise<void> {
  if (member.isOwner)
    throw new ApiError(409, "OWNER_STAYS", "The owner can't be removed, and stays an admin everywhere");
  const isFullAdmin = isAdmin({ role: roleOf(member.role), scopes: [tokenScopeSchema.parse(member.scope)] });
  if (isFullAdmin && !(await hasOtherAdmin(transaction, member)))
    throw new ApiError(
      409,
      "LAST_ADMIN",
      "This is the last admin: make another member an admin everywhere first",
    );
}

const byline = (principal: Principal, { user }: MemberRow) =>
  ({
    workspaceId: principal.workspaceId,
    actor: actorOf(principal),
    entity: { id: user.id, name: user.email },
  }) as const;
