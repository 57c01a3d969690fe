import { z } from "zod";
import { operations } from "./operation.ts";
import {
  exampleIds,
  idParam,
  idSchema,
  idText,
  successSchema,
  timestampSchema,
  workspaceParams,
} from "./values.ts";

export const permissionSchema = z.enum(["read", "read-write"]);
export const roleSchema = z.enum(["admin", "developer", "member"]);
export const tokenLifetimes = ["24h", "5d", "30d", "60d", "3m", "6m"] as const;

/** Where somebody or something may act. */
export const scopeSchema = z
  .strictObject({
    all: z.boolean(),
    teams: z.array(idSchema).max(200).default([]),
    projects: z.array(idSchema).max(200).default([]),
    environments: z.array(idSchema).max(200).default([]),
  })
  .refine((scope) => scope.all || [scope.teams, scope.projects, scope.environments].flat().length > 0, {
    error: "must be all, or name a team, a project or an environment",
  });

/** A scope in an answer. */
export const scopeBodySchema = z
  .object({
    all: z.boolean(),
    teams: z.array(idText),
    projects: z.array(idText),
    environments: z.array(idText),
  })
  .meta({
    id: "Scope",
    description: "Everything in the workspace, or these parts of it and what is in them.",
  });
export type ScopeBody = z.infer<typeof scopeBodySchema>;

export const createTokenSchema = z.strictObject({
  name: z.string().trim().min(1).max(64),
  permission: permissionSchema,
  scope: scopeSchema,
  expiresIn: z.enum(tokenLifetimes),
  role: roleSchema.default("developer").meta({ description: "What its owner may do." }),
});
export const cliTokenSchema = z.strictObject({ environmentId: idSchema });
export const tokenParamsSchema = workspaceParams.extend({ tokenId: idParam("token") });

/** A token, without its secret. */
export const tokenSchema = z
  .object({
    id: idText,
    name: z.string(),
    prefix: z.string().meta({ description: "Its first characters, to tell tokens apart." }),
    permission: permissionSchema,
    role: roleSchema,
    scope: scopeBodySchema,
    type: z.enum(["static", "cli"]),
    isOwner: z.boolean(),
    createdById: idText.nullable(),
    createdAt: timestampSchema,
    expiresAt: timestampSchema.nullable(),
    lastUsedAt: timestampSchema.nullable(),
    revokedAt: timestampSchema.nullable(),
  })
  .meta({ id: "Token" });
export type TokenBody = z.infer<typeof tokenSchema>;

/** A token that was just made: the only answer that holds its plaintext. */
export const newTokenSchema = z
  .object({
    id: idText,
    token: z.string().meta({ description: "Shown here alone.", example: "ek_live_…" }),
    name: z.string(),
    prefix: z.string(),
    permission: permissionSchema,
    scope: scopeBodySchema,
    expiresAt: timestampSchema,
  })
  .meta({ id: "NewToken" });
export type NewTokenBody = z.infer<typeof newTokenSchema>;

export const tokenOperations = operations({
  listTokens: {
    method: "GET",
    path: "/v1/workspace/{workspace}/tokens",
    tag: "Tokens",
    summary: "The API tokens of the workspace",
    access: "admin",
    params: workspaceParams,
    answers: { 200: { description: "The tokens, without their secrets.", body: z.array(tokenSchema) } },
  },
  createToken: {
    method: "POST",
    path: "/v1/workspace/{workspace}/tokens",
    tag: "Tokens",
    summary: "Creates an API token",
    access: "admin",
    params: workspaceParams,
    body: createTokenSchema,
    example: {
      name: "ci",
      permission: "read",
      scope: { all: true, teams: [], projects: [], environments: [] },
      expiresIn: "24h",
      role: "member",
    },
    answers: { 201: { description: "The token. It isn't shown again.", body: newTokenSchema } },
  },
  createCliToken: {
    method: "POST",
    path: "/v1/workspace/{workspace}/tokens/cli",
    tag: "Tokens",
    summary: "A token that reads one environment for eight hours",
    access: "signed-in",
    params: workspaceParams,
    body: cliTokenSchema,
    example: { environmentId: exampleIds.environment },
    answers: {
      200: {
        description: "The token. It never lasts longer than the one that asks.",
        body: z.object({ token: z.string() }),
      },
    },
    problems: { 404: ["ENVIRONMENT_NOT_FOUND"] },
  },
  revokeToken: {
    method: "DELETE",
    path: "/v1/workspace/{workspace}/tokens/{tokenId}",
    tag: "Tokens",
    summary: "Revokes a token, at once",
    access: "admin",
    params: tokenParamsSchema,
    answers: { 200: { description: "Revoked.", body: successSchema } },
    problems: { 404: ["TOKEN_NOT_FOUND"] },
  },
});
