import { ApiError } from "@kvsync/contracts";
import { acceptInvitationSchema, lookAtInvitationSchema } from "@kvsync/contracts/api";
import {
  createMember,
  createPerson,
  findInvitation,
  findPerson,
  findPersonByEmail,
  isUniqueViolation,
  note,
  takeInvitation,
  tokenScopeSchema,
  type Database,
  type Person,
  type Queryable,
  type UserRow,
} from "@kvsync/store";
import { Router, type Request, type RequestHandler } from "express";
import { readJson } from "../../http/json-body.ts";
import { refuseOtherMethods } from "../../http/methods.ts";
import { parseBody } from "../../http/parse.ts";
import { callerByPerson, roleOf } from "../caller.ts";
import { hashPassword } from "../passwords/argon2.ts";
import { callerOf, isSignedIn } from "../principal.ts";
import { beginSession, requireHttps } from "../sessions/begin.ts";
import { ownOrigin } from "../sessions/own-origin.ts";
import { presentSession } from "../sessions/presentation.ts";
import { hashInvitationToken } from "./invite.ts";

export type InvitationDependencies = Readonly<{
  database: Database;
  /** Whether the session's cookie goes over HTTPS only. */
  secure: boolean;
  /** Finds out who asks. */
  identify: RequestHandler;
}>;

type Found = NonNullable<Awaited<ReturnType<typeof findInvitation>>>;

/** What an invitation's link opens, for whoever has it. */
export function invitationRoutes({ database, secure, identify }: InvitationDependencies): Router {
  const router = Router();

  router.post("/invitations/look", ownOrigin, ...readJson, async (request, response) => {
    const { token } = parseBody(lookAtInvitationSchema, request);
    const { email, role, workspace } = await invitationOf(token);
    const known = await findPersonByEmail(database, email);
    response.json({
      email,
      workspace: { name: workspace.name, slug: workspace.slug },
      role: roleOf(role),
      needsPassword: known === null,
    });
  });

  router.post("/invitations/accept", ownOrigin, identify, ...readJson, async (request, response) => {
    const input = parseBody(acceptInvitationSchema, request);
    const invitation = await invitationOf(input.token);
    requireHttps(request, secure);
    const known = await findPersonByEmail(database, invitation.email);
    const at = new Date();
    const person =
      known === null ? await joinAsSomebodyNew(invitation, input) : await joinAs(known, invitation, request);
    const { method = "password", through } = known === null ? {} : request.session;
    const expiresAt = await beginSession(request, { userId: person.id, method, at, through }, secure);
    const caller = { ...callerByPerson(person, method, expiresAt, through?.workspaceId), userId: person.id };
    response.status(201).json(presentSession(caller, expiresAt));
  });

  async function invitationOf(token: string): Promise<Found> {
    const found = await findInvitation(database, hashInvitationToken(token));
    if (found === null) throw invitationNotFound();
    return found;
  }

  /** A link alone must not get into an account that is there already: its owner has to be signed in. */
  async function joinAs(known: Person, invitation: Found, request: Request): Promise<Person> {
    const { through } = request.session;
    const isThem = isSignedIn(request) && callerOf(request).userId === known.id;
    // Another organisation's word isn't enough to join this one.
    const isEnough = through === undefined || through.workspaceId === invitation.workspaceId;
    if (!isThem || !isEnough || callerOf(request).method === "token")
      throw new ApiError(
        401,
        "SIGN_IN_NEEDED",
        `${invitation.email} has an account here: sign in with it, and open the link again`,
      );
    return joined(known.id, (transaction) => join(transaction, known, invitation));
  }

  async function joinAsSomebodyNew(
    invitation: Found,
    { name, password }: Readonly<{ name?: string | undefined; password?: string | undefined }>,
  ): Promise<Person> {
    if (name === undefined) throw new ApiError(400, "VALIDATION", "name: is needed");
    if (password === undefined) throw new ApiError(400, "VALIDATION", "password: is needed");
    const passwordHash = await hashPassword(password);
    const { email } = invitation;
    return joined(null, async (transaction) => {
      const user = await createPerson(transaction, { email, name, passwordHash });
      await join(transaction, user, invitation);
      return user;
    });
  }

  async function joined(
    id: string | null,
    join: (transaction: Queryable) => Promise<UserRow | void>,
  ): Promise<Person> {
    try {
      const user = await database.$transaction(join);
      const person = await findPerson(database, user?.id ?? id ?? "");
      if (person === null) throw invitationNotFound();
      return person;
    } catch (error) {
      if (isUniqueViolation(error)) throw new ApiError(409, "EXISTS", "This person is a member already");
      throw error;
    }
  }

  return refuseOtherMethods(router);
}

/** Uses the invitation up, and makes the person a member. */
export async function join(
  transaction: Queryable,
  { id: userId, email: name }: Pick<UserRow, "id" | "email">,
  { id, workspaceId, role, scope: given }: Pick<Found, "id" | "workspaceId" | "role" | "scope">,
): Promise<void> {
  if (!(await takeInvitation(transaction, id))) throw invitationNotFound();
  const scope = tokenScopeSchema.parse(given);
  await createMember(transaction, { workspaceId, userId, role: roleOf(role), scope });
  await note(transaction, [
    {
      workspaceId,
      actor: { userId, tokenId: null },
      action: "member.joined",
      entity: { id: userId, name },
      fields: { invitationId: id },
      after: { role, scope },
    },
  ]);
}

const invitationNotFound = (): ApiError =>
  new ApiError(404, "INVITATION_NOT_FOUND", "This invitation was used or withdrawn, or has expired");
