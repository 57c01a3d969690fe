import type { Queryable } from "./database.ts";
import { Prisma, type SingleSignOn, type Workspace } from "./generated/client.ts";
import type { MemberRole } from "./members.ts";
import { withMemberships, type Person, type TokenScope } from "./tokens.ts";

export type SingleSignOnRow = SingleSignOn;

export type SingleSignOnSettings = Readonly<{
  name: string;
  issuer: string;
  clientId: string;
  clientSecret: Uint8Array<ArrayBuffer> | null;
  domains: string[];
  joinRole: MemberRole | null;
  joinScope: TokenScope | null;
}>;

export async function findSingleSignOn(
  database: Queryable,
  workspaceId: string,
): Promise<SingleSignOnRow | null> {
  return database.singleSignOn.findUnique({ where: { workspaceId } });
}

/** A provider by id, with its workspace. */
export async function findProvider(
  database: Queryable,
  id: string,
): Promise<(SingleSignOnRow & { readonly workspace: Workspace }) | null> {
  return database.singleSignOn.findUnique({ where: { id }, include: { workspace: true } });
}

/** The providers that addresses of a domain are sent to. */
export async function listProvidersOf(database: Queryable, domain: string): Promise<SingleSignOnRow[]> {
  return database.singleSignOn.findMany({
    where: { domains: { has: domain } },
    orderBy: [{ name: "asc" }, { id: "asc" }],
  });
}

/**
 * Keeps a workspace's provider. Where issuer or client are others than before, the subjects known so far may be other
 * people's there, and are forgotten.
 */
export async function saveSingleSignOn(
  transaction: Queryable,
  id: string,
  workspaceId: string,
  { joinScope, ...settings }: SingleSignOnSettings,
): Promise<SingleSignOnRow> {
  const { issuer, clientId } = settings;
  await transaction.externalIdentity.deleteMany({
    where: {
      singleSignOn: { workspaceId, OR: [{ issuer: { not: issuer } }, { clientId: { not: clientId } }] },
    },
  });
  const data = { ...settings, joinScope: joinScope ?? Prisma.DbNull };
  return transaction.singleSignOn.upsert({
    where: { workspaceId },
    create: { id, workspaceId, ...data },
    update: data,
  });
}

/** @returns what was removed, or null where there was nothing */
export async function removeSingleSignOn(
  transaction: Queryable,
  workspaceId: string,
): Promise<SingleSignOnRow | null> {
  const found = await findSingleSignOn(transaction, workspaceId);
  if (found !== null) await transaction.singleSignOn.deleteMany({ where: { id: found.id } });
  return found;
}

/** The person whom a provider knows by this subject, or null. */
export async function findPersonBySubject(
  database: Queryable,
  singleSignOnId: string,
  subject: string,
): Promise<Person | null> {
  const identity = await database.externalIdentity.findUnique({
    where: { singleSignOnId_subject: { singleSignOnId, subject } },
    include: { user: { include: withMemberships } },
  });
  return identity?.user ?? null;
}

/** Whether a person is bound to a subject of this provider. */
export async function isBound(database: Queryable, singleSignOnId: string, userId: string): Promise<boolean> {
  return (await database.externalIdentity.count({ where: { singleSignOnId, userId } })) > 0;
}

/** @throws a unique violation when the subject is somebody's already */
export async function bindSubject(
  transaction: Queryable,
  identity: Readonly<{ singleSignOnId: string; subject: string; userId: string }>,
): Promise<void> {
  await transaction.externalIdentity.create({ data: identity });
}
