import type { deviceOperations, ResponseOf } from "@kvsync/contracts/api";
import { call } from "./call.ts";

/** A program that asks to be signed in. */
export type DeviceLogin = ResponseOf<(typeof deviceOperations)["lookAtDevice"]>;

/** Who asks with this code. @throws {ApiFailure} 404 for a code that isn't there, or not any more */
export const lookAtDevice = (userCode: string): Promise<DeviceLogin> =>
  call("POST", "/v1/auth/device/look", { body: { userCode } });

/** @throws {ApiFailure} 404 for a code that isn't there, or not any more */
export const decideDevice = (userCode: string, approve: boolean): Promise<void> =>
  call("POST", "/v1/auth/device/decide", { body: { userCode, approve } });
