import { ApiError } from "@kvsync/contracts";
import type { Request } from "express";
import { callerOf, type Caller } from "../principal.ts";

/** Who is signed in in this browser. @throws {ApiError} 401 also for a token, which has no session */
export function personIn(request: Request): Caller & { readonly userId: string } {
  const caller = callerOf(request);
  const { userId, method } = caller;
  if (userId === null || method === "token")
    throw new ApiError(401, "UNAUTHENTICATED", "Sign in first: a token has no session");
  return { ...caller, userId };
}
