import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import { request } from "./client.ts";
import { ApiFailure } from "./failure.ts";
import { queryClient } from "./query-client.ts";
import { sessionBegan } from "./session-end.ts";

export type Role = "admin" | "developer" | "member";

export type Scope = Readonly<{
  all: boolean;
  teams: readonly string[];
  projects: readonly string[];
  environments: readonly string[];
}>;

export type SessionWorkspace = Readonly<{
  id: string;
  name: string;
  slug: string;
  role: Role;
  isOwner: boolean;
  scope: Scope;
}>;

/** Who is signed in, and where they may work. */
export type Session = Readonly<{
  user: Readonly<{ id: string; email: string; name: string }>;
  workspaces: readonly SessionWorkspace[];
  method: "password" | "single-sign-on";
  expiresAt: string;
}>;

export type SignInOptions = Readonly<{
  password: boolean;
  singleSignOn: ReadonlyArray<Readonly<{ id: string; name: string }>>;
}>;

/** The session, or null for a browser without one. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return await request<Session>("GET", "/v1/session", { signal, anonymous: true });
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
  const session = await request<Session>("POST", "/v1/session", {
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
  await request("DELETE", "/v1/session", { anonymous: true });
  queryClient.clear();
}

/** How the owner of this e-mail address can sign in. Says the same for an address that is nobody's. */
export const signInOptions = (email: string): Promise<SignInOptions> =>
  request<SignInOptions>("POST", "/v1/sign-in/options", { body: { email }, anonymous: true });

/** Where the browser goes to sign in at an identity provider, and comes back to `next` from. */
export const singleSignOnAddress = (id: string, next: string): string =>
  `/sign-in/sso/${encodeURIComponent(id)}?next=${encodeURIComponent(next)}`;
