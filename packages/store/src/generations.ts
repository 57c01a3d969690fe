import { Prisma } from "./generated/client.ts";
import type { StatementSender } from "./pipelined-transaction.ts";

/**
 * Raises the wanted generation of every sync of these environments. Call it in the transaction that changes the source,
 * and ring the queue for the returned syncs after it was committed. No change is lost even when that ring is, since the
 * sweeper finds syncs that want more than was done.
 *
 * @returns the ids of the syncs that are to run now
 */
export async function raiseWantedGeneration(
  transaction: StatementSender,
  environmentIds: readonly string[],
): Promise<string[]> {
  if (environmentIds.length === 0) return [];
  const rows = await transaction.$statement<{ id: string; state: string }>(
    Prisma.sql`
    UPDATE "Sync" SET "wantedGeneration" = "wantedGeneration" + 1, "updatedAt" = now()
    WHERE "environmentId" = ANY(${[...environmentIds]}::uuid[]) AND "state" <> 'disconnected'
    RETURNING "id", "state"`,
    "kept",
  );
  return rows.filter((row) => row.state === "active" || row.state === "failing").map((row) => row.id);
}
