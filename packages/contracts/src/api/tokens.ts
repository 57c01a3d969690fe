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
  askedPage,
  nextCursorHeader,
  PAGED_ARRAY,
  pageOfArrayShape,
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
  role: roleSchema.optional().meta({
    description:
      "What it may do: only where it is made with a token of the operators', `developer` unless it is given. A person's token may what the person may.",
  }),
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
    role: roleSchema.meta({ description: "What it may do: for a person's token, what the person may now." }),
    scope: scopeBodySchema,
    type: z.enum(["static", "cli", "login"]).meta({
      description: "`login` is a person's sign-in from a command line, for all of their workspaces.",
    }),
    isOwner: z.boolean().meta({ description: "Whether it is one's own." }),
    createdById: idText.nullable(),
    user: z
      .object({ id: idText, email: z.string(), name: z.string() })
      .nullable()
      .meta({ description: "Whose it is; null for a token of the operators'." }),
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
    expiresAt: timestampSchema.nullable(),
  })
  .meta({ id: "NewToken" });
export type NewTokenBody = z.infer<typeof newTokenSchema>;

export const tokensQuerySchema = z
  .strictObject({
    ...pageOfArrayShape,
    ended: z
      .stringbool()
      .default(true)
      .meta({ description: "`false` leaves out those that expired or were revoked." }),
  })
  .transform(({ ended, ...query }) => ({ ended, page: askedPage(query) }));

export const tokenOperations = operations({
  listTokens: {
    method: "GET",
    path: "/v1/workspace/{workspace}/tokens",
    tag: "Tokens",
    summary: "The API tokens of the workspace, oldest first",
    description: `Admins see everybody's; others see their own, and so do admins their own sign-ins from command lines. ${PAGED_ARRAY}`,
    access: "signed-in",
    params: workspaceParams,
    query: tokensQuerySchema,
    answers: {
      200: {
        description: "The tokens, without their secrets.",
        body: z.array(tokenSchema),
        headers: { "next-cursor": nextCursorHeader },
      },
    },
    problems: { 400: ["CURSOR_INVALID"], 403: ["FORBIDDEN"] },
  },
  createToken: {
    method: "POST",
    path: "/v1/workspace/{workspace}/tokens",
    tag: "Tokens",
    summary: "Creates an API token",
    description:
      "A person's token may what its permission and scope say and the person may, at each moment. Its scope must lie within the person's; a member's can only read. Without a person, only an admin's token can make one.",
    access: "signed-in",
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
    problems: { 403: ["FORBIDDEN"] },
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
    description: "One's own; an admin any.",
    access: "signed-in",
    params: tokenParamsSchema,
    answers: { 200: { description: "Revoked.", body: successSchema } },
    problems: { 403: ["FORBIDDEN"], 404: ["TOKEN_NOT_FOUND"] },
  },
  rotateToken: {
    method: "POST",
    path: "/v1/workspace/{workspace}/tokens/{tokenId}/rotate",
    tag: "Tokens",
    summary: "Gives a token another value, and revokes the old one at once",
    description:
      "With the same name, permission, scope and lifetime, which begins anew. One's own; an admin also those of the operators'. Where a token asks, the new one never lasts longer than that.",
    access: "signed-in",
    params: tokenParamsSchema,
    answers: { 201: { description: "The new token. It isn't shown again.", body: newTokenSchema } },
    problems: { 403: ["FORBIDDEN"], 404: ["TOKEN_NOT_FOUND"] },
  },
});
