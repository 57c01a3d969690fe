import type { Queryable } from "./database.ts";
import type { User } from "./generated/client.ts";
import { endDeviceLogins, withMemberships, type Person } from "./tokens.ts";

export type UserRow = User;

/** A person by e-mail address, in lower case, or null. */
export async function findPersonByEmail(database: Queryable, email: string): Promise<Person | null> {
  return database.user.findUnique({ where: { email }, include: withMemberships });
}

export type NewPerson = Readonly<{ email: string; name: string; passwordHash: string | null }>;

/** @throws a unique violation when the e-mail address is somebody's */
export async function createPerson(database: Queryable, person: NewPerson): Promise<UserRow> {
  return database.user.create({ data: person });
}

/**
 * Gives a person another password, which ends the sessions begun before `at`, and the sign-ins from command lines. For a
 * transaction.
 */
export async function changePassword(
  transaction: Queryable,
  id: string,
  passwordHash: string,
  at: Date,
): Promise<void> {
  await transaction.user.update({ where: { id }, data: { passwordHash, passwordChangedAt: at } });
  await endDeviceLogins(transaction, id);
}

/**
 * Keeps the same password under a newer hash, unless the password was changed in the meantime.
 *
 * @param old the hash that it replaces
 */
export async function replaceHash(
  database: Queryable,
  id: string,
  old: string,
  passwordHash: string,
): Promise<void> {
  await database.user.updateMany({ where: { id, passwordHash: old }, data: { passwordHash } });
}

export async function renamePerson(database: Queryable, id: string, name: string): Promise<UserRow> {
  return database.user.update({ where: { id }, data: { name } });
}
