import { z } from "zod";
import { operations } from "./operation.ts";
import { nothingSchema, timestampSchema } from "./values.ts";

const clientIds = ["enkryptify-cli", "kvsync-cli"] as const;
const clientIdSchema = z.enum(clientIds);

/** As it is typed: small letters, spaces and a missing hyphen don't matter. */
export const userCodeSchema = z
  .string()
  .max(40)
  .transform((text) => text.toUpperCase().replaceAll(/[\s-]/g, ""))
  .pipe(z.string().regex(/^[A-Z]{8}$/, { error: "must be eight letters, like WDJB-MJHT" }));

export const requestDeviceCodeSchema = z.strictObject({ clientId: clientIdSchema });
export const pollDeviceSchema = z.strictObject({
  clientId: clientIdSchema,
  deviceCode: z.string().min(1).max(200),
});
export const lookAtDeviceSchema = z.strictObject({ userCode: userCodeSchema });
export const decideDeviceSchema = z.strictObject({ userCode: userCodeSchema, approve: z.boolean() });

const TAG = "Device login";
const EXAMPLE_CODE = "WDJB-MJHT";

export const deviceOperations = operations({
  requestDeviceCode: {
    method: "POST",
    path: "/v1/auth/device/code",
    tag: TAG,
    summary: "Begins a sign-in from a command line (RFC 8628)",
    access: "anyone",
    body: requestDeviceCodeSchema,
    example: { clientId: "kvsync-cli" },
    answers: {
      200: {
        description: "The codes. Show `userCode` and `verificationUri`, and poll with `deviceCode`.",
        body: z
          .object({
            deviceCode: z.string(),
            userCode: z.string().meta({ example: EXAMPLE_CODE }),
            verificationUri: z.string(),
            verificationUriComplete: z.string(),
            expiresIn: z.int().meta({ description: "In seconds." }),
            interval: z.int().meta({ description: "Seconds between two polls." }),
          })
          .meta({ id: "DeviceCode" }),
      },
    },
  },
  pollDevice: {
    method: "POST",
    path: "/v1/auth/device/token",
    tag: TAG,
    summary: "Asks whether the sign-in was approved",
    access: "anyone",
    body: pollDeviceSchema,
    example: { clientId: "kvsync-cli", deviceCode: "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS" },
    answers: {
      200: {
        description: "A token for all of the person's workspaces. It isn't shown again.",
        body: z
          .object({ accessToken: z.string(), tokenType: z.literal("Bearer"), expiresIn: z.int() })
          .meta({ id: "DeviceToken" }),
      },
      400: {
        description: "Not yet, or not at all.",
        body: z
          .object({
            error: z.enum(["authorization_pending", "access_denied", "expired_token", "invalid_grant"]),
          })
          .meta({ id: "DeviceRefusal" }),
      },
    },
  },
  lookAtDevice: {
    method: "POST",
    path: "/v1/auth/device/look",
    tag: TAG,
    summary: "Which device shows a code, for browsers",
    access: "signed-in",
    body: lookAtDeviceSchema,
    example: { userCode: EXAMPLE_CODE },
    answers: {
      200: {
        description: "The device that waits.",
        body: z.object({ clientId: z.string(), expiresAt: timestampSchema }),
      },
    },
    problems: { 404: ["DEVICE_NOT_FOUND"], 429: ["TOO_MANY_CODES"] },
  },
  decideDevice: {
    method: "POST",
    path: "/v1/auth/device/decide",
    tag: TAG,
    summary: "Approves or denies a device, for browsers",
    access: "signed-in",
    body: decideDeviceSchema,
    example: { userCode: EXAMPLE_CODE, approve: true },
    answers: { 204: { description: "Decided." } },
    problems: { 404: ["DEVICE_NOT_FOUND"], 429: ["TOO_MANY_CODES"] },
  },
  logOutCli: {
    method: "POST",
    path: "/v1/auth/cli/logout",
    tag: TAG,
    summary: "Revokes the token that a sign-in from a command line brought, and those made with it",
    description: "Does nothing for a token of another kind.",
    access: "signed-in",
    body: nothingSchema,
    example: {},
    answers: { 200: { description: "Whether it was revoked.", body: z.object({ revoked: z.boolean() }) } },
  },
});
