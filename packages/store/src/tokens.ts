import { z } from "zod";
import type { Queryable } from "./database.ts";
import type { ApiToken, Member, User, Workspace } from "./generated/client.ts";

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

export type ValidToken = TokenRow & { readonly workspace: Workspace | null; readonly user: Person | null };

/** What makes a {@link Person} of a user's row. */
export const withMemberships = { memberships: { include: { workspace: true } } } as const;

/** A person by id, or null. */
export async function findPerson(database: Queryable, id: string): Promise<Person | null> {
  return database.user.findUnique({ where: { id }, include: withMemberships });
}

/** The token with this hash or id, if it is neither revoked nor expired. */
export async function findValidToken(
  database: Queryable,
  by: Readonly<{ hash: Uint8Array<ArrayBuffer> } | { id: string }>,
): Promise<ValidToken | null> {
  return database.apiToken.findFirst({
    where: { ...by, revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] },
    include: { workspace: true, user: { include: withMemberships } },
  });
}

/** Notes a use, at most once a minute. */
export async function touchToken(database: Queryable, id: string): Promise<void> {
  await database.$executeRaw`
    UPDATE "ApiToken" SET "lastUsedAt" = now() WHERE "id" = ${id}::uuid
      AND ("lastUsedAt" IS NULL OR "lastUsedAt" < now() - interval '1 minute')`;
}

export async function listTokens(database: Queryable, workspaceId: string): Promise<TokenRow[]> {
  return database.apiToken.findMany({ where: { workspaceId }, orderBy: { createdAt: "asc" } });
}

/** A token's name, also a revoked one's; null for one that isn't there. */
export async function readTokenName(database: Queryable, id: string): Promise<string | null> {
  const token = await database.apiToken.findUnique({ where: { id }, select: { name: true } });
  return token?.name ?? null;
}

/**
 * Revokes a token, and the CLI tokens that were made with it, which stand for the same person.
 *
 * @returns false when this workspace has no such token, or it was revoked before
 */
export async function revokeToken(database: Queryable, workspaceId: string, id: string): Promise<boolean> {
  const count = await database.$executeRaw`
    WITH RECURSIVE "family" AS (
      SELECT "id" FROM "ApiToken"
      WHERE "id" = ${id}::uuid AND "workspaceId" = ${workspaceId}::uuid AND "revokedAt" IS NULL
      UNION
      SELECT t."id" FROM "ApiToken" t JOIN "family" f ON t."createdById" = f."id" WHERE t."type" = 'cli'
    )
    UPDATE "ApiToken" SET "revokedAt" = now()
    WHERE "id" IN (SELECT "id" FROM "family") AND "revokedAt" IS NULL`;
  return count > 0;
}

/** The ids of a scope that name nothing in this workspace. */
export async function findUnknownInScope(
  database: Queryable,
  workspaceId: string,
  { teams, projects, environments }: TokenScope,
): Promise<string[]> {
  const select = { id: true };
  const found = await Promise.all([
    database.team.findMany({ where: { workspaceId, id: { in: teams } }, select }),
    database.project.findMany({ where: { workspaceId, id: { in: projects } }, select }),
    database.environment.findMany({ where: { project: { workspaceId }, id: { in: environments } }, select }),
  ]);
  const known = found.map((rows) => new Set(rows.map(({ id }) => id)));
  return [teams, projects, environments].flatMap((ids, kind) => ids.filter((id) => !known[kind]?.has(id)));
}
