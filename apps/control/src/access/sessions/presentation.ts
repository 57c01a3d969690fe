import type { SessionBody } from "@kvsync/contracts/api";
import { timestamp } from "../../http/timestamp.ts";
import type { Access, Caller } from "../principal.ts";

/** A session as the API answers it. @param expiresAt when it ends, unless it is used before */
export function presentSession(
  { userId, email, name, method, accesses }: Caller & { readonly userId: string },
  expiresAt: Date,
): SessionBody {
  return {
    user: { id: userId, email, name },
    workspaces: accesses.map(presentAccess),
    method: method === "single-sign-on" ? method : "password",
    expiresAt: timestamp(expiresAt),
  };
}

function presentAccess(access: Access): SessionBody["workspaces"][number] {
  const { workspaceId: id, workspaceName: name, workspaceSlug: slug, role, isOwner, scopes } = access;
  // A session has its membership's scope alone.
  const [scope = { all: false, teams: [], projects: [], environments: [] }] = scopes;
  return { id, name, slug, role, isOwner, scope };
}
