import type { Queryable } from "./database.ts";
import type { DeviceLogin } from "./generated/client.ts";

export type DeviceLoginRow = DeviceLogin;

export type NewDeviceLogin = Readonly<{
  clientId: string;
  deviceCodeHash: Uint8Array<ArrayBuffer>;
  userCodeHash: Uint8Array<ArrayBuffer>;
  expiresAt: Date;
}>;

/** Notes that a device waits, and forgets some of those that waited more than a day ago. @throws a unique violation */
export async function createDeviceLogin(database: Queryable, login: NewDeviceLogin): Promise<DeviceLoginRow> {
  await database.$executeRaw`
    DELETE FROM "DeviceLogin" WHERE "id" IN (
      SELECT "id" FROM "DeviceLogin" WHERE "expiresAt" < now() - interval '1 day' LIMIT 100 FOR UPDATE SKIP LOCKED)`;
  return database.deviceLogin.create({ data: login });
}

/** The device that shows this code and still waits, or null. */
export async function findPendingDevice(
  database: Queryable,
  userCodeHash: Uint8Array<ArrayBuffer>,
): Promise<DeviceLoginRow | null> {
  return database.deviceLogin.findFirst({
    where: { userCodeHash, state: "pending", expiresAt: { gt: new Date() } },
  });
}

export type DeviceDecision = Readonly<{
  userId: string;
  /** The one workspace that the device is let into; null for all of the person's. */
  workspaceId: string | null;
  state: "approved" | "denied";
}>;

/** @returns false when it was decided before, or has expired */
export async function decideDevice(
  transaction: Queryable,
  id: string,
  { userId, workspaceId, state }: DeviceDecision,
): Promise<boolean> {
  const { count } = await transaction.deviceLogin.updateMany({
    where: { id, state: "pending", expiresAt: { gt: new Date() } },
    data: { state, userId, workspaceId },
  });
  return count > 0;
}

export async function findDeviceLogin(
  database: Queryable,
  clientId: string,
  deviceCodeHash: Uint8Array<ArrayBuffer>,
): Promise<DeviceLoginRow | null> {
  return database.deviceLogin.findFirst({ where: { clientId, deviceCodeHash } });
}

/** Uses an approval up. @returns false when another poll was quicker */
export async function redeemDevice(transaction: Queryable, id: string): Promise<boolean> {
  const { count } = await transaction.deviceLogin.updateMany({
    where: { id, state: "approved", expiresAt: { gt: new Date() } },
    data: { state: "redeemed" },
  });
  return count > 0;
}
