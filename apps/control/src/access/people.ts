import {
  changeMembers,
  changePassword,
  createMember,
  createPerson,
  createWorkspace,
  findPersonByEmail,
  hasOwner,
  note,
  systemActor,
  type Database,
  type MemberRole,
  type UserRow,
  type WorkspaceRow,
} from "@kvsync/store";
import { invitationPath, invite } from "./members/invite.ts";
import { hashPassword } from "./passwords/argon2.ts";
import { noteWorkspace } from "./first-start.ts";
import { noteOfPerson } from "./sessions/audit.ts";

const EVERYWHERE = { all: true, teams: [], projects: [], environments: [] };

/** Somebody who is to be a member of all of a workspace. */
export type Newcomer = Readonly<{ workspaceId: string; email: string; name: string; role: MemberRole }>;

/**
 * Makes somebody a member, past the API, for whoever runs the system. The first admin of a workspace without an owner
 * becomes its owner.
 *
 * @param password for somebody new; who has an account keeps theirs
 * @throws a unique violation for who is a member already
 */
export async function addPerson(
  database: Database,
  { workspaceId, email, name, role }: Newcomer,
  password: string | null,
): Promise<UserRow> {
  const passwordHash = password === null ? null : await hashPassword(password);
  return changeMembers(database, workspaceId, async (transaction) => {
    const user =
      (await findPersonByEmail(transaction, email)) ??
      (await createPerson(transaction, { email, name, passwordHash }));
    const isOwner = role === "admin" && !(await hasOwner(transaction, workspaceId));
    await createMember(transaction, { workspaceId, userId: user.id, role, scope: EVERYWHERE, isOwner });
    const entity = { id: user.id, name: email };
    const after = { role, scope: EVERYWHERE, isOwner };
    await note(transaction, [{ workspaceId, actor: systemActor, action: "member.joined", entity, after }]);
    return user;
  });
}

/** Invites somebody, past the API. @returns the page that the link opens, on the dashboard's host */
export async function invitePerson(
  database: Database,
  { workspaceId, email, role }: Omit<Newcomer, "name">,
): Promise<string> {
  const wish = { workspaceId, email, role, scope: EVERYWHERE, actor: systemActor };
  const { token } = await changeMembers(database, workspaceId, (transaction) => invite(transaction, wish));
  return invitationPath(token);
}

/** Gives somebody another password, which ends their sessions. @returns false where nobody has this address */
export async function resetPassword(database: Database, email: string, password: string): Promise<boolean> {
  const passwordHash = await hashPassword(password);
  return database.$transaction(async (transaction) => {
    const person = await findPersonByEmail(transaction, email);
    if (person === null) return false;
    await changePassword(transaction, person.id, passwordHash, new Date());
    await noteOfPerson(transaction, person, "password.changed", { by: "a command" });
    return true;
  });
}

/** A workspace with a first team, for whoever runs the system. @throws a unique violation when the slug is taken */
export async function addWorkspace(database: Database, name: string, slug: string): Promise<WorkspaceRow> {
  return database.$transaction(async (transaction) => {
    const workspace = await createWorkspace(transaction, { name, slug, teamName: "Default" });
    await noteWorkspace(transaction, workspace);
    return workspace;
  });
}
