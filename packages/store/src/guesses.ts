import { createHash } from "node:crypto";
import type { Database, Queryable } from "./database.ts";

/** What is guessed at, in any words: they are kept as a hash. */
const digestOf = (target: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHash("sha256").update(target).digest());

/**
 * Takes one guess at a secret, and counts it as wrong until {@link forgetGuesses}: counted beforehand, many guesses at
 * once are no way around the limit. Failures of more than a day ago don't count.
 *
 * @param lockMs how long a target is locked after so many failures in a row; 0 for not at all
 * @returns until when no guess is taken, or null when this one may be tried
 */
export async function takeGuess(
  database: Database,
  target: string,
  lockMs: (failures: number) => number,
): Promise<Date | null> {
  const digest = digestOf(target);
  await database.$executeRaw`
    DELETE FROM "GuessCount" WHERE "target" IN (
      SELECT "target" FROM "GuessCount" WHERE "lastAt" < now() - interval '1 day'
      LIMIT 100 FOR UPDATE SKIP LOCKED)`;
  return database.$transaction(async (transaction) => {
    await transaction.$executeRaw`
      INSERT INTO "GuessCount" ("target", "failures") VALUES (${digest}, 0) ON CONFLICT DO NOTHING`;
    const [row] = await transaction.$queryRaw<Array<{ failures: number; lockedUntil: Date | null }>>`
      SELECT "failures", CASE WHEN "lockedUntil" > now() THEN "lockedUntil" END AS "lockedUntil"
      FROM "GuessCount" WHERE "target" = ${digest} FOR UPDATE`;
    if (row !== undefined && row.lockedUntil !== null) return row.lockedUntil;
    const failures = (row?.failures ?? 0) + 1;
    await transaction.$executeRaw`
      UPDATE "GuessCount" SET "failures" = ${failures}, "lastAt" = now(),
        "lockedUntil" = now() + ${lockMs(failures)}::float8 * interval '1 millisecond'
      WHERE "target" = ${digest}`;
    return null;
  });
}

/** The secret was given: what was wrong before is forgotten. */
export async function forgetGuesses(database: Queryable, target: string): Promise<void> {
  await database.$executeRaw`DELETE FROM "GuessCount" WHERE "target" = ${digestOf(target)}`;
}
