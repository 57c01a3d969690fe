import type { AuditAction } from "@kvsync/contracts";
import {
  createTokenRow,
  type Actor,
  type AuditNote,
  type NewToken,
  type Queryable,
  type TokenRow,
} from "@kvsync/store";
import { createToken, hashToken, visiblePrefix } from "./token.ts";

export type IssuedToken = Readonly<{
  /** The plaintext, which is nowhere else. */
  token: string;
  row: TokenRow;
}>;

/** A token by these settings. */
export async function mint(
  transaction: Queryable,
  settings: Omit<NewToken, "prefix" | "hash">,
): Promise<IssuedToken> {
  const token = createToken();
  const secret = { prefix: visiblePrefix(token), hash: hashToken(token) };
  return { token, row: await createTokenRow(transaction, { ...settings, ...secret }) };
}

/** What is noted of a token of a workspace that something was done with. */
export function noteOfToken(
  by: Readonly<{ workspaceId: string; actor: Actor }>,
  action: Extract<AuditAction, `token.${string}`>,
  { id, name, permission, role, scope, type, userId, expiresAt }: TokenRow,
): AuditNote {
  const settings = {
    name,
    permission,
    role,
    scope: scope as NewToken["scope"],
    type,
    userId,
    expiresAt: expiresAt?.toISOString() ?? null,
  };
  const change = action === "token.revoked" ? { before: settings } : { after: settings };
  return { ...by, action, entity: { id, name }, ...change };
}
