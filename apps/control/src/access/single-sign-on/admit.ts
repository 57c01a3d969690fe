import {
  bindSubject,
  changeMembers,
  createMember,
  createPerson,
  findInvitationOf,
  findPerson,
  findPersonByEmail,
  findPersonBySubject,
  isBound,
  note,
  tokenScopeSchema,
  type Database,
  type Person,
  type Queryable,
  type SingleSignOnRow,
  type UserRow,
} from "@kvsync/store";
import { roleOf } from "../caller.ts";
import { join } from "../members/invitation-routes.ts";
import { isOfDomain, type Claims } from "./claims.ts";

/** Why somebody whom the provider knows isn't let in. */
export type Refusal = "EMAIL_NOT_VERIFIED" | "EMAIL_OF_ANOTHER_DOMAIN" | "SSO_CONFLICT" | "NOT_A_MEMBER";

/** Thrown for who isn't let in; what was begun is undone. */
export class NotAdmitted extends Error {
  override readonly name = "NotAdmitted";
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal);
    this.refusal = refusal;
  }
}

/**
 * Whom a provider's subject is. A subject that is known stays the same person, whatever else the provider says. One that
 * isn't becomes the person of its e-mail address, if the provider vouches for the address, its domain is the
 * organisation's, and that person has no other subject there: an address that was given to somebody else is no way in.
 * Either is a member, was invited, or becomes one where the organisation lets everybody join.
 *
 * @throws {NotAdmitted}
 */
export async function admit(database: Database, provider: SingleSignOnRow, claims: Claims): Promise<Person> {
  const userId = await changeMembers(database, provider.workspaceId, async (transaction) => {
    const known = await findPersonBySubject(transaction, provider.id, claims.subject);
    const user = known ?? (await link(transaction, provider, claims));
    await requireMember(transaction, provider, user);
    return user.id;
  });
  const person = await findPerson(database, userId);
  if (person === null) throw new NotAdmitted("NOT_A_MEMBER");
  return person;
}

async function link(
  transaction: Queryable,
  { id: singleSignOnId, domains }: SingleSignOnRow,
  { subject, verifiedEmail: email, name }: Claims,
): Promise<UserRow> {
  if (email === null) throw new NotAdmitted("EMAIL_NOT_VERIFIED");
  if (!isOfDomain(email, domains)) throw new NotAdmitted("EMAIL_OF_ANOTHER_DOMAIN");
  const known = await findPersonByEmail(transaction, email);
  if (known !== null && (await isBound(transaction, singleSignOnId, known.id)))
    throw new NotAdmitted("SSO_CONFLICT");
  const user = known ?? (await createPerson(transaction, { email, name: name ?? email, passwordHash: null }));
  await bindSubject(transaction, { singleSignOnId, subject, userId: user.id });
  return user;
}

async function requireMember(
  transaction: Queryable,
  { workspaceId, joinRole, joinScope }: SingleSignOnRow,
  { id: userId, email }: UserRow,
): Promise<void> {
  const person = await findPerson(transaction, userId);
  if (person?.memberships.some((membership) => membership.workspaceId === workspaceId) === true) return;
  const invitation = await findInvitationOf(transaction, workspaceId, email);
  if (invitation !== null) {
    await join(transaction, { id: userId, email }, invitation);
    return;
  }
  if (joinRole === null) throw new NotAdmitted("NOT_A_MEMBER");
  const role = roleOf(joinRole);
  const scope = tokenScopeSchema.parse(joinScope);
  await createMember(transaction, { workspaceId, userId, role, scope });
  await note(transaction, [
    {
      workspaceId,
      actor: { userId, tokenId: null },
      action: "member.joined",
      entity: { id: userId, name: email },
      fields: { by: "single sign-on" },
      after: { role, scope },
    },
  ]);
}
