import { ApiError } from "@kvsync/contracts";
import type { Request } from "express";
import type { Through } from "./session.ts";

/** Who signed in, how, and when it was looked at who they are: a password changed later ends the session. */
export type SignedIn = Readonly<{
  userId: string;
  method: "password" | "single-sign-on";
  at: Date;
  through?: Through | undefined;
}>;

/**
 * Begins a session, under a new id, so that one planted before is worth nothing.
 *
 * @param secure whether the session's cookie goes over HTTPS only
 * @returns when it ends, unless it is used before
 * @throws {ApiError} 400 `HTTPS_NEEDED`
 */
export async function beginSession(
  request: Request,
  { userId, method, at, through }: SignedIn,
  secure: boolean,
): Promise<Date> {
  requireHttps(request, secure);
  await settled((done) => request.session.regenerate(done));
  request.session.userId = userId;
  request.session.method = method;
  request.session.signedInAt = at.getTime();
  if (through !== undefined) request.session.through = through;
  await saveSession(request);
  return endOfSession(request);
}

/** Keeps the session as it is now, before the answer that needs it goes out. */
export async function saveSession(request: Request): Promise<void> {
  await settled((done) => request.session.save(done));
}

/** Ends the session on the server, and forgets its cookie. */
export async function endSession(request: Request): Promise<void> {
  await settled((done) => request.session.destroy(done));
}

/** When the session ends, unless it is used before. */
export function endOfSession(request: Request): Date {
  return new Date(Date.now() + (request.session.cookie.originalMaxAge ?? 0));
}

/** Without HTTPS the browser would throw the cookie away, and nobody would know why. @throws {ApiError} 400 */
export function requireHttps(request: Request, secure: boolean): void {
  if (secure && !request.secure)
    throw new ApiError(
      400,
      "HTTPS_NEEDED",
      "No session can begin, because this request didn't come over HTTPS. Behind a proxy, set TRUST_PROXY.",
    );
}

async function settled(act: (done: (error: unknown) => void) => unknown): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    act((error) => (error instanceof Error ? reject(error) : resolve()));
  });
}
