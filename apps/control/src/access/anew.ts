import type { Request, RequestHandler, Response } from "express";
import { forgetCaller } from "./principal.ts";

/**
 * Finds out anew who asks, for a request that goes on for long: its session may have ended since, its token been revoked,
 * its role changed.
 *
 * @param authenticate what finds it out at first
 * @throws {ApiError} where the credentials are no longer worth anything; a session that ended leaves nobody
 */
export async function identifyAnew(
  authenticate: RequestHandler,
  request: Request,
  response: Response,
): Promise<void> {
  forgetCaller(request);
  if (request.get("authorization") === undefined && !(await reload(request))) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  await authenticate(request, response, (error?: unknown) => {
    if (error === undefined) resolve();
    else reject(error);
  });
  await promise;
}

/** Whether the session is still kept. What is kept of it is read again. */
async function reload({ session }: Request): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  session.reload((error: unknown) => resolve(error === null || error === undefined));
  return promise;
}
