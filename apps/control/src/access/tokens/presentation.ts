import type { NewTokenBody, TokenBody } from "@kvsync/contracts/api";
import { tokenScopeSchema, type ListedToken } from "@kvsync/store";
import { timestamp } from "../../http/timestamp.ts";
import { roleOf } from "../caller.ts";
import type { Principal } from "../principal.ts";
import type { IssuedToken } from "./issue.ts";

/** A token in a list. @param by who asks */
export function presentToken(token: ListedToken, by: Pick<Principal, "userId" | "tokenId">): TokenBody {
  const { id, name, prefix, createdById, userId, user } = token;
  return {
    id,
    name,
    prefix,
    permission: token.permission as TokenBody["permission"],
    role: roleOf(user === null ? token.role : (user.memberships[0]?.role ?? null)),
    scope: tokenScopeSchema.parse(token.scope),
    type: token.type as TokenBody["type"],
    isOwner:
      userId === null ? by.tokenId !== null && [id, createdById].includes(by.tokenId) : userId === by.userId,
    createdById: userId ?? createdById,
    user: user === null ? null : { id: user.id, email: user.email, name: user.name },
    createdAt: timestamp(token.createdAt),
    expiresAt: timestamp(token.expiresAt),
    lastUsedAt: timestamp(token.lastUsedAt),
    revokedAt: timestamp(token.revokedAt),
  };
}

/** A token that was just made, with its plaintext. */
export function presentNewToken({ token, row }: IssuedToken): NewTokenBody {
  const { id, name, prefix, permission, scope, expiresAt } = row;
  return {
    id,
    token,
    name,
    prefix,
    permission: permission as NewTokenBody["permission"],
    scope: tokenScopeSchema.parse(scope),
    expiresAt: timestamp(expiresAt),
  };
}
