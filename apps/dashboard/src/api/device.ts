import { request } from "./client.ts";

/** A program that asks to be signed in. */
export type DeviceLogin = Readonly<{ clientId: string; expiresAt: string }>;

/** Who asks with this code. @throws {ApiFailure} 404 for a code that isn't there, or not any more */
export const lookAtDevice = (userCode: string): Promise<DeviceLogin> =>
  request("POST", "/v1/auth/device/look", { body: { userCode } });

/** @throws {ApiFailure} 404 for a code that isn't there, or not any more */
export const decideDevice = (userCode: string, approve: boolean): Promise<void> =>
  request("POST", "/v1/auth/device/decide", { body: { userCode, approve } });
