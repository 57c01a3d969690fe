import {
  createTokenRow,
  note,
  type Actor,
  type AuditAction,
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

/** Notes what was done with a token of a workspace. */
export async function noteToken(
  transaction: Queryable,
  by: Readonly<{ workspaceId: string; actor: Actor }>,
  action: Extract<AuditAction, `token.${string}`>,
  { id, name, permission, role, scope, type, userId, expiresAt }: TokenRow,
): Promise<void> {
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
  await note(transaction, [{ ...by, action, entity: { id, name }, ...change }]);
}
