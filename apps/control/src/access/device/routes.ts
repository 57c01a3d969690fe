import { ApiError } from "@kvsync/contracts";
import {
  decideDeviceSchema,
  lookAtDeviceSchema,
  pollDeviceSchema,
  requestDeviceCodeSchema,
} from "@kvsync/contracts/api";
import {
  createDeviceLogin,
  decideDevice,
  findDeviceLogin,
  findPendingDevice,
  findPerson,
  forgetGuesses,
  isUniqueViolation,
  redeemDevice,
  takeGuess,
  type Database,
  type DeviceLoginRow,
} from "@kvsync/store";
import { Router } from "express";
import { readJson } from "../../http/json-body.ts";
import { refuseOtherMethods } from "../../http/methods.ts";
import { parseBody } from "../../http/parse.ts";
import { timestamp } from "../../http/timestamp.ts";
import { lockMs } from "../passwords/check.ts";
import { noteOfPerson } from "../sessions/audit.ts";
import { personIn } from "../sessions/person.ts";
import { mint } from "../tokens/issue.ts";
import { createDeviceCode, createUserCode, hashCode, showUserCode } from "./codes.ts";

const LIFETIME_S = 900;
const INTERVAL_S = 5;
const TOKEN_LIFETIME_S = 30 * 86_400;

/** How a command line begins a sign-in, and asks for what came of it. Nobody is signed in here. */
export function devicePollRoutes(database: Database): Router {
  const router = Router();

  router.post("/auth/device/code", ...readJson, async (request, response) => {
    const { clientId } = parseBody(requestDeviceCodeSchema, request);
    const { deviceCode, userCode } = await begin(clientId);
    // Where the request came to is where the dashboard is.
    const verificationUri = `${request.protocol}://${request.host}/device`;
    const shown = showUserCode(userCode);
    response.set("cache-control", "no-store").json({
      deviceCode,
      userCode: shown,
      verificationUri,
      verificationUriComplete: `${verificationUri}?user_code=${shown}`,
      expiresIn: LIFETIME_S,
      interval: INTERVAL_S,
    });
  });

  router.post("/auth/device/token", ...readJson, async (request, response) => {
    const { clientId, deviceCode } = parseBody(pollDeviceSchema, request);
    const login = await findDeviceLogin(database, clientId, hashCode(deviceCode));
    const token = login === null ? null : await redeem(login);
    response.set("cache-control", "no-store");
    if (token === null) response.status(400).json({ error: refusalOf(login, new Date()) });
    else response.json({ accessToken: token, tokenType: "Bearer", expiresIn: TOKEN_LIFETIME_S });
  });

  async function begin(clientId: string): Promise<{ deviceCode: string; userCode: string }> {
    const [deviceCode, userCode] = [createDeviceCode(), createUserCode()];
    const hashes = { deviceCodeHash: hashCode(deviceCode), userCodeHash: hashCode(userCode) };
    const expiresAt = new Date(Date.now() + LIFETIME_S * 1_000);
    try {
      await createDeviceLogin(database, { clientId, ...hashes, expiresAt });
      return { deviceCode, userCode };
    } catch (error) {
      // Another device shows this code: of 26 thousand million, the next will be free.
      if (isUniqueViolation(error)) return begin(clientId);
      throw error;
    }
  }

  /** The token of an approved sign-in, once. */
  async function redeem({ id, clientId, userId, workspaceId }: DeviceLoginRow): Promise<string | null> {
    if (userId === null) return null;
    return database.$transaction(async (transaction) => {
      if (!(await redeemDevice(transaction, id))) return null;
      const { token } = await mint(transaction, {
        workspaceId,
        userId,
        name: clientId === "enkryptify-cli" ? "ek login" : "kvsync login",
        permission: "read-write",
        role: null,
        scope: { all: true, teams: [], projects: [], environments: [] },
        type: "login",
        createdById: null,
        expiresAt: new Date(Date.now() + TOKEN_LIFETIME_S * 1_000),
      });
      const person = await findPerson(transaction, userId);
      if (person !== null)
        await noteOfPerson(transaction, person, "session.begun", { method: "device", clientId });
      return token;
    });
  }

  return refuseOtherMethods(router);
}

/** Why a poll brings no token, in RFC 8628's words. */
export function refusalOf(
  login: Pick<DeviceLoginRow, "state" | "expiresAt"> | null,
  now: Date,
): "authorization_pending" | "access_denied" | "expired_token" | "invalid_grant" {
  if (login === null || login.state === "redeemed") return "invalid_grant";
  if (login.state === "denied") return "access_denied";
  return login.expiresAt <= now ? "expired_token" : "authorization_pending";
}

/** Where a person, signed in in a browser, looks at a device's code and decides. */
export function deviceDecisionRoutes(database: Database): Router {
  const router = Router();

  router.post("/auth/device/look", async (request, response) => {
    const { userCode } = parseBody(lookAtDeviceSchema, request);
    const { clientId, expiresAt } = await pending(personIn(request).userId, userCode);
    response.json({ clientId, expiresAt: timestamp(expiresAt) });
  });

  router.post("/auth/device/decide", async (request, response) => {
    const { userCode, approve } = parseBody(decideDeviceSchema, request);
    const { userId } = personIn(request);
    const { id, clientId } = await pending(userId, userCode);
    const workspaceId = request.session.through?.workspaceId ?? null;
    const decision = { userId, workspaceId, state: approve ? "approved" : "denied" } as const;
    await database.$transaction(async (transaction) => {
      if (!(await decideDevice(transaction, id, decision))) throw deviceNotFound();
      const person = await findPerson(transaction, userId);
      if (person !== null)
        await noteOfPerson(transaction, person, approve ? "device.approved" : "device.denied", { clientId });
    });
    response.status(204).end();
  });

  /** The device that shows a code. Wrong codes lock, as somebody may be trying to find another's device. */
  async function pending(userId: string, userCode: string): Promise<DeviceLoginRow> {
    const target = `device codes by ${userId}`;
    const lockedUntil = await takeGuess(database, target, lockMs);
    if (lockedUntil !== null) {
      const seconds = Math.max(1, Math.ceil((lockedUntil.getTime() - Date.now()) / 1_000));
      throw new ApiError(
        429,
        "TOO_MANY_CODES",
        `There were too many wrong codes. Try again in ${seconds} s.`,
        seconds,
      );
    }
    const found = await findPendingDevice(database, hashCode(userCode));
    if (found === null) throw deviceNotFound();
    await forgetGuesses(database, target);
    return found;
  }

  return refuseOtherMethods(router);
}

const deviceNotFound = (): ApiError =>
  new ApiError(
    404,
    "DEVICE_NOT_FOUND",
    "No device waits with this code. Look at it again, or begin anew on the device.",
  );
