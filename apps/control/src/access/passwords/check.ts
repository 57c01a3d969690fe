import { ApiError } from "@kvsync/contracts";
import {
  findPersonByEmail,
  forgetGuesses,
  replaceHash,
  takeGuess,
  type Database,
  type Person,
} from "@kvsync/store";
import { hashPassword, isOutdated, verifyPassword } from "./argon2.ts";

const FREE_GUESSES = 5;
const FIRST_LOCK_MS = 30_000;
const LONGEST_LOCK_MS = 15 * 60_000;

/**
 * How long an e-mail address takes no password after so many wrong ones in a row: nothing before the fifth, then half a
 * minute, doubled each time up to a quarter of an hour, which leaves a guesser about a hundred a day.
 */
export function lockMs(failures: number): number {
  if (failures < FREE_GUESSES) return 0;
  return Math.min(FIRST_LOCK_MS * 2 ** Math.min(failures - FREE_GUESSES, 20), LONGEST_LOCK_MS);
}

/** That no password is taken. @param until when one is again */
export function signInLocked(until: Date): ApiError {
  const seconds = Math.max(1, Math.ceil((until.getTime() - Date.now()) / 1_000));
  const wait = seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
  const message = `There were too many wrong passwords. Try again in ${wait}.`;
  return new ApiError(429, "SIGN_IN_LOCKED", message, seconds);
}

/** A guess at a password: whose it is, if it is right, and who it was tried for, if that is somebody. */
export type Guess = Readonly<{ right: Person } | { right: null; person: Person | null }>;

/**
 * Whose e-mail address and password these are. Does the same, and takes the same time, for an address that is nobody's,
 * for a person without a password, and for a wrong one.
 *
 * @param email in lower case
 * @throws {ApiError} 429 `SIGN_IN_LOCKED`
 */
export async function checkPassword(database: Database, email: string, password: string): Promise<Guess> {
  const target = `password of ${email}`;
  const lockedUntil = await takeGuess(database, target, lockMs);
  if (lockedUntil !== null) throw signInLocked(lockedUntil);
  const person = await findPersonByEmail(database, email);
  const hash = person?.passwordHash ?? null;
  const isRight = await verifyPassword(password, hash);
  if (!isRight || person === null || hash === null) return { right: null, person };
  await forgetGuesses(database, target);
  if (isOutdated(hash)) await replaceHash(database, person.id, hash, await hashPassword(password));
  return { right: person };
}
