import { z } from "zod";
import type { Queryable } from "./database.ts";
import type { ApiToken } from "./generated/client.ts";

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
  workspaceId: string;
  name: string;
  prefix: string;
  hash: Uint8Array<ArrayBuffer>;
  permission: "read" | "read-write";
  role: "admin" | "developer" | "member";
  scope: TokenScope;
  type: "static" | "cli";
  createdById: string | null;
  expiresAt: Date | null;
}>;

export async function createTokenRow(database: Queryable, token: NewToken): Promise<TokenRow> {
  return database.apiToken.create({ data: token });
}

export type ValidToken = TokenRow & { readonly workspace: { readonly slug: string } };

/** The token with this hash or id, if it is neither revoked nor expired. */
export async function findValidToken(
  database: Queryable,
  by: Readonly<{ hash: Uint8Array<ArrayBuffer> } | { id: string }>,
): Promise<ValidToken | null> {
  return database.apiToken.findFirst({
    where: { ...by, revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] },
    include: { workspace: { select: { slug: true } } },
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

/** False when this workspace has no such token. */
export async function revokeToken(database: Queryable, workspaceId: string, id: string): Promise<boolean> {
  const { count } = await database.apiToken.updateMany({
    where: { id, workspaceId, revokedAt: null },
    data: { revokedAt: new Date() },
  });
  return count === 1;
}
