import { Prisma } from "./generated/client.ts";
import type { Queryable } from "./database.ts";

/**
 * How many requests in 10 s a vault is given, writes of a version and all others: of each the least that a sync of it
 * sets, or null where none does.
 */
export type VaultLimits = Readonly<{ writes: number | null; reads: number | null }>;

/**
 * A query for a vault's limits: one row, `writes` and `reads`. A sync that was never validated has no say about a vault.
 *
 * @param vaultUrl an expression
 */
export function vaultLimitsOf(vaultUrl: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT min(o."vaultWritesPer10s") AS "writes", min(o."vaultReadsPer10s") AS "reads" FROM "Sync" o
    WHERE o."vaultUrl" = ${vaultUrl} AND o."activatedAt" IS NOT NULL AND o."state" <> 'disconnected'`;
}

/** A vault's limits, for who begins no run. */
export async function readVaultLimits(database: Queryable, vaultUrl: string): Promise<VaultLimits> {
  const [limits] = await database.$queryRaw<VaultLimits[]>(vaultLimitsOf(Prisma.sql`${vaultUrl}`));
  return limits ?? { writes: null, reads: null };
}
