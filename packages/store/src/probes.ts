import type { Queryable } from "./database.ts";
import type { Probe } from "./generated/client.ts";

export type ProbeRow = Probe;

/**
 * Notes a temporary secret before it is created.
 *
 * @param keepOffMs for how long only its validation deals with it, in milliseconds
 */
export async function createProbe(
  database: Queryable,
  probe: Readonly<{
    syncId: string;
    environmentId: string;
    tenantId: string;
    clientId: string;
    vaultUrl: string;
    name: string;
  }>,
  keepOffMs: number,
): Promise<ProbeRow> {
  return database.probe.create({ data: { ...probe, cleanupAt: new Date(Date.now() + keepOffMs) } });
}

/** Forgets a probe: its secret is gone. */
export async function removeProbe(database: Queryable, id: string): Promise<void> {
  await database.probe.deleteMany({ where: { id } });
}

/** Takes probes that were left behind, so that no other worker cleans them up for `claimMs`. */
export async function claimLeftProbes(
  database: Queryable,
  limit: number,
  claimMs: number,
): Promise<ProbeRow[]> {
  return database.$queryRaw<ProbeRow[]>`
    UPDATE "Probe" SET "attempts" = "attempts" + 1, "cleanupAt" = now() + ${claimMs} * interval '1 millisecond'
    WHERE "id" IN (SELECT "id" FROM "Probe" WHERE "cleanupAt" <= now() ORDER BY "cleanupAt" LIMIT ${limit}
      FOR UPDATE SKIP LOCKED)
    RETURNING *`;
}
