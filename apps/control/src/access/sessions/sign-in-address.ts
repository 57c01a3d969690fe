import { ApiError } from "@kvsync/contracts";
import type { Request } from "express";

/** For pages: where to send whoever isn't signed in, and back from afterwards. @throws {ApiError} 401 for a change */
export function signInAddress(request: Request): string {
  if (request.method !== "GET") throw new ApiError(401, "UNAUTHENTICATED", "Invalid or expired token");
  return `/sign-in?next=${encodeURIComponent(request.originalUrl)}`;
}
