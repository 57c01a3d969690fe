import type { ResponseOf, ScopeBody, SessionBody, sessionOperations } from "@kvsync/contracts/api";
import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import { call } from "./call.ts";
import { ApiFailure } from "./failure.ts";
import { queryClient } from "./query-client.ts";
import { sessionBegan } from "./session-end.ts";

/** Who is signed in, and where they may work. */
export type Session = SessionBody;
export type SessionWorkspace = Session["workspaces"][number];
export type Role = SessionWorkspace["role"];
export type Scope = ScopeBody;
export type SignInOptions = ResponseOf<(typeof sessionOperations)["getSignInOptions"]>;

/**
 * Whether somebody is an admin of all of the workspace. Only such a one sees members, single sign-on and syncs; within a
 * narrower scope an admin may what a developer may.
 */
export const isFullAdmin = ({ role, scope }: Pick<SessionWorkspace, "role" | "scope">): boolean =>
  role === "admin" && scope.all;

/** The session, or null for a browser without one. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return await call("GET", "/v1/session", { signal, anonymous: true });
    } catch (error) {
      if (error instanceof ApiFailure && error.status === 401) return null;
      throw error;
    }
  },
  // Asked again only when it changed: that it ended shows with the next request, and the page must outlive it.
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: Number.POSITIVE_INFINITY,
});

/** Who is signed in. For what stands below the signed-in routes, which let nobody else in. */
export function useSession(): Session {
  const { data } = useSuspenseQuery(sessionQuery);
  if (data === null) throw new Error("This page needs a session");
  return data;
}

/** @throws {ApiFailure} 401 `SIGN_IN_FAILED`, 429 `SIGN_IN_LOCKED` */
export async function signIn(email: string, password: string): Promise<Session> {
  const session = await call("POST", "/v1/session", {
    body: { email, password },
    anonymous: true,
  });
  beginSession(session);
  return session;
}

/** Takes over a session that has begun: by signing in, or by accepting an invitation. */
export function beginSession(session: Session): void {
  queryClient.setQueryData(sessionQuery.queryKey, session);
  sessionBegan();
}

/** Ends the session on the server, and forgets all that was read with it. */
export async function signOut(): Promise<void> {
  await call("DELETE", "/v1/session", { anonymous: true });
  queryClient.clear();
}

/** How the owner of this e-mail address can sign in. Says the same for an address that is nobody's. */
export const signInOptions = (email: string): Promise<SignInOptions> =>
  call("POST", "/v1/sign-in/options", { body: { email }, anonymous: true });

/** Where the browser goes to sign in at an identity provider, and comes back to `next` from. */
export const singleSignOnAddress = (id: string, next: string): string =>
  `/sign-in/sso/${encodeURIComponent(id)}?next=${encodeURIComponent(next)}`;
