import { call } from "./call.ts";
import { queryClient } from "./query-client.ts";
import { sessionQuery } from "./session.ts";

/** Changes the own name. @throws {ApiFailure} 400 `VALIDATION` */
export async function rename(name: string): Promise<void> {
  await call("PATCH", "/v1/me", { body: { name } });
  queryClient.setQueryData(sessionQuery.queryKey, (session) =>
    session ? { ...session, user: { ...session.user, name } } : session,
  );
}

/** Changes the own password. @throws {ApiFailure} 400 `VALIDATION`; `PASSWORD_WRONG` for the current one; 429 `SIGN_IN_LOCKED` */
export const changePassword = (current: string, password: string): Promise<void> =>
  call("POST", "/v1/session/password", { body: { current, password } });
