import { z } from "zod";
import type { Database, Queryable } from "./database.ts";
import { Prisma, type ApiToken, type Member, type User, type Workspace } from "./generated/client.ts";
import { beginOf, byCreation, type TimePage } from "./paging.ts";

export type TokenRow = ApiToken;

const ids = z.array(z.string()).default([]);
export const tokenScopeSchema = z.object({
  all: z.boolean(),
  teams: ids,
  projects: ids,
  environments: ids,
});
/** Where a token may be used: everywhere in its workspace, or in these teams, projects and environments. */
export type TokenScope = z.infer<typeof tokenScopeSchema>;

export type NewToken = Readonly<{
  /** Null for a person's sign-in from a command line. */
  workspaceId: string | null;
  /** Whose it is; null for one of the operators'. */
  userId?: string | null;
  name: string;
  prefix: string;
  hash: Uint8Array<ArrayBuffer>;
  permission: "read" | "read-write";
  /** Null for a person's, who may what the membership says. */
  role: "admin" | "developer" | "member" | null;
  scope: TokenScope;
  type: "static" | "cli" | "login";
  createdById: string | null;
  expiresAt: Date | null;
}>;

export async function createTokenRow(database: Queryable, token: NewToken): Promise<TokenRow> {
  return database.apiToken.create({ data: token });
}

/** A person with their places in workspaces. */
export type Person = User & {
  readonly memberships: ReadonlyArray<Member & { readonly workspace: Workspace }>;
};

type NamedWorkspace = Pick<Workspace, "id" | "slug" | "name">;

/** Who a token's owner is, and their places in workspaces. */
export type TokenPerson = Pick<User, "id" | "name" | "email"> & {
  readonly memberships: ReadonlyArray<
    Pick<Member, "workspaceId" | "role" | "scope" | "isOwner"> & { readonly workspace: NamedWorkspace }
  >;
};

/** What is asked of a token with each request. */
export type ValidToken = Pick<
  TokenRow,
  "id" | "workspaceId" | "userId" | "name" | "permission" | "role" | "scope" | "expiresAt" | "lastUsedAt"
> & { readonly workspace: NamedWorkspace | null; readonly user: TokenPerson | null };

/** What makes a {@link Person} of a user's row. */
export const withMemberships = { memberships: { include: { workspace: true } } } as const;

/** A person by id, or null. */
export async function findPerson(database: Queryable, id: string): Promise<Person | null> {
  return database.user.findUnique({ where: { id }, include: withMemberships });
}

/**
 * The token with this hash or id, if it is neither revoked nor expired; with whose it is and what they may, as they stand
 * at that moment. One statement, as each request waits for it.
 */
export async function findValidToken(
  database: Database,
  by: Readonly<{ hash: Uint8Array<ArrayBuffer> } | { id: string }>,
): Promise<ValidToken | null> {
  const isMeant =
    "hash" in by ? Prisma.sql`t."hash" = ${by.hash}::bytea` : Prisma.sql`t."id" = ${by.id}::uuid`;
  const workspace = Prisma.sql`json_build_object('id', w."id", 'slug', w."slug", 'name', w."name")`;
  const [token] = await database.$statement<ValidToken>(
    Prisma.sql`
    SELECT t."id", t."workspaceId", t."userId", t."name", t."permission", t."role", t."scope", t."expiresAt",
      t."lastUsedAt", (SELECT ${workspace} FROM "Workspace" w WHERE w."id" = t."workspaceId") AS "workspace",
      (SELECT json_build_object('id', u."id", 'name', u."name", 'email', u."email", 'memberships', ARRAY(
          SELECT json_build_object('workspaceId', m."workspaceId", 'role', m."role", 'scope', m."scope",
            'isOwner', m."isOwner", 'workspace', ${workspace})
          FROM "Member" m JOIN "Workspace" w ON w."id" = m."workspaceId"
          WHERE m."userId" = u."id" ORDER BY m."createdAt", m."id"))
        FROM "User" u WHERE u."id" = t."userId") AS "user"
    FROM "ApiToken" t
    WHERE ${isMeant} AND t."revokedAt" IS NULL AND (t."expiresAt" IS NULL OR t."expiresAt" > now())`,
    "kept",
  );
  return token ?? null;
}

/** The token of a person's sign-in from a command line, unless it was revoked. */
export async function findLoginToken(database: Queryable, id: string): Promise<TokenRow | null> {
  return database.apiToken.findFirst({ where: { id, type: "login", revokedAt: null } });
}

/** Notes a use, at most once a minute. */
export async function touchToken(database: Queryable, id: string): Promise<void> {
  await database.$executeRaw`
    UPDATE "ApiToken" SET "lastUsedAt" = now() WHERE "id" = ${id}::uuid
      AND ("lastUsedAt" IS NULL OR "lastUsedAt" < now() - interval '1 minute')`;
}

export type ListedToken = TokenRow & {
  readonly user: (Pick<User, "id" | "email" | "name"> & { readonly memberships: readonly Member[] }) | null;
};

/** Whose tokens are meant: everybody's of a workspace, or one person's of it with their sign-ins from command lines. */
export type TokenOwner = Readonly<{ workspaceId: string; userId?: string | undefined }>;

const ownedBy = ({ workspaceId, userId }: TokenOwner): Prisma.ApiTokenWhereInput =>
  userId === undefined ? { workspaceId } : { userId, OR: [{ workspaceId }, { workspaceId: null }] };

const withUser = ({ workspaceId }: TokenOwner) => ({
  user: { select: { id: true, email: true, name: true, memberships: { where: { workspaceId } } } },
});

/**
 * The tokens of any of these owners in one workspace, the oldest first, with their people's places in it.
 *
 * @param ended whether those that expired or were revoked are among them
 */
export async function listTokens(
  database: Queryable,
  owners: readonly [TokenOwner, ...TokenOwner[]],
  { ended, page }: Readonly<{ ended: boolean; page?: TimePage | undefined }>,
): Promise<ListedToken[]> {
  const works = { revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] };
  return database.apiToken.findMany({
    where: { AND: [{ OR: owners.map(ownedBy) }, ended ? {} : works, beginOf(page)] },
    include: withUser(owners[0]),
    ...byCreation(page),
  });
}

/**
 * Forgets tokens of sign-ins from command lines, and those made for one command, that ended more than so many days ago.
 * Each such command makes one; the audit log has their names.
 */
export async function forgetOldTokens(database: Queryable, days: number): Promise<number> {
  return database.$executeRaw`
    DELETE FROM "ApiToken" WHERE "type" IN ('cli', 'login')
      AND LEAST("revokedAt", "expiresAt") < now() - ${days} * interval '1 day'`;
}

/** A token that isn't revoked, or null. */
export async function findToken(
  database: Queryable,
  owner: TokenOwner,
  id: string,
): Promise<TokenRow | null> {
  return database.apiToken.findFirst({ where: { ...ownedBy(owner), id, revokedAt: null } });
}

/**
 * Revokes a token, and the CLI tokens that were made with it, which stand for the same person.
 *
 * @returns false when it was revoked before
 */
export async function revokeToken(database: Queryable, id: string): Promise<boolean> {
  return (await revokeFamilies(database, [id])) > 0;
}

/** Ends all of a person's sign-ins from command lines, as {@link revokeToken} does, and those that were just approved. */
export async function endDeviceLogins(database: Queryable, userId: string): Promise<void> {
  await database.deviceLogin.deleteMany({ where: { userId } });
  const logins = await database.apiToken.findMany({
    where: { userId, type: "login", revokedAt: null },
    select: { id: true },
  });
  await revokeFamilies(
    database,
    logins.map(({ id }) => id),
  );
}

/** @returns how many it revoked */
async function revokeFamilies(database: Queryable, ids: readonly string[]): Promise<number> {
  return database.$executeRaw`
    WITH RECURSIVE "family" AS (
      SELECT "id" FROM "ApiToken" WHERE "id" = ANY(${ids}::uuid[]) AND "revokedAt" IS NULL
      UNION
      SELECT t."id" FROM "ApiToken" t JOIN "family" f ON t."createdById" = f."id" WHERE t."type" = 'cli'
    )
    UPDATE "ApiToken" SET "revokedAt" = now()
    WHERE "id" IN (SELECT "id" FROM "family") AND "revokedAt" IS NULL`;
}

/** Where the parts of a scope lie; those that name nothing in this workspace are named apart. */
export type ScopePlaces = Readonly<{
  unknown: readonly string[];
  places: ReadonlyArray<Readonly<{ id: string; teamId: string; projectId?: string; environmentId?: string }>>;
}>;

/** Looks up what a scope names in this workspace. */
export async function findScopePlaces(
  database: Queryable,
  workspaceId: string,
  scope: TokenScope,
): Promise<ScopePlaces> {
  const [teams, projects, environments] = await Promise.all([
    database.team.findMany({ where: { workspaceId, id: { in: scope.teams } } }),
    database.project.findMany({ where: { workspaceId, id: { in: scope.projects } } }),
    database.environment.findMany({
      where: { project: { workspaceId }, id: { in: scope.environments } },
      include: { project: true },
    }),
  ]);
  const known = [teams, projects, environments].map((rows) => new Set(rows.map(({ id }) => id)));
  const unknown = [scope.teams, scope.projects, scope.environments].flatMap((ids, kind) =>
    ids.filter((id) => !known[kind]?.has(id)),
  );
  const places = [
    ...teams.map(({ id }) => ({ id, teamId: id })),
    ...projects.map(({ id, teamId }) => ({ id, teamId, projectId: id })),
    ...environments.map(({ id, projectId, project: { teamId } }) => ({
      id,
      teamId,
      projectId,
      environmentId: id,
    })),
  ];
  return { unknown, places };
}
