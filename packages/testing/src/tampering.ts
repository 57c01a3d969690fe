import { FIRST_HASH, hashOf, type Database } from "@kvsync/store";

/** Does to the tables of the audit log what only somebody can who owns the database: past the triggers. */
export async function tamper(database: Database, statement: string): Promise<void> {
  await database.$transaction(async (transaction) => {
    await transaction.$executeRawUnsafe("SET LOCAL session_replication_role = replica");
    await transaction.$executeRawUnsafe(statement);
  });
}

/**
 * Writes entries of a chain anew with right hashes, up to `to`; where that is the chain's last entry, its end too.
 *
 * @param to the last entry unless it is given
 */
export async function writeChainAnew(
  database: Database,
  workspaceId: string,
  from: number,
  to = Number.POSITIVE_INFINITY,
): Promise<void> {
  const rows = await database.auditEvent.findMany({ where: { workspaceId }, orderBy: { sequence: "asc" } });
  let previousHash: Uint8Array = rows[from - 2]?.hash ?? FIRST_HASH;
  for (const row of rows.slice(from - 1, to)) {
    const sequence = Number(row.sequence);
    const data = { fields: {}, before: null, after: null, actorName: "forged" };
    const hash = hashOf({ ...row, ...data, sequence, previousHash });
    await tamper(
      database,
      `UPDATE "AuditEvent" SET "actorName" = 'forged', "previousHash" = ${hex(previousHash)}, "hash" = ${hex(hash)}
       WHERE "workspaceId" = '${workspaceId}' AND "sequence" = ${sequence}`,
    );
    previousHash = hash;
    if (sequence === rows.length)
      await tamper(
        database,
        `UPDATE "AuditHead" SET "hash" = ${hex(hash)} WHERE "workspaceId" = '${workspaceId}'`,
      );
  }
}

const hex = (bytes: Uint8Array): string => `'\\x${Buffer.from(bytes).toString("hex")}'`;
