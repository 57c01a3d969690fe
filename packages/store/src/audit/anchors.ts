import type { Queryable } from "../database.ts";
import type { AuditVerification } from "../generated/client.ts";
import { FIRST_HASH } from "./entry.ts";
import type { ChainHead, ChainProblem } from "./verify.ts";

export type VerificationRow = AuditVerification;

/** How far the newest anchor of a chain reaches; 0 where there is none. */
export async function lastAnchored(database: Queryable, workspaceId: string): Promise<number> {
  const newest = await database.auditAnchor.findFirst({
    where: { workspaceId },
    orderBy: { sequence: "desc" },
    select: { sequence: true },
  });
  return Number(newest?.sequence ?? 0);
}

/** Keeps the end of a chain, sealed. One that is kept already stays as it is. */
export async function saveAnchor(
  database: Queryable,
  anchor: Readonly<{
    workspaceId: string;
    sequence: number;
    hash: Uint8Array;
    sealed: Uint8Array;
    keyEncryptionKeyId: string;
  }>,
): Promise<void> {
  const hash = new Uint8Array(anchor.hash);
  const sealed = new Uint8Array(anchor.sealed);
  await database.auditAnchor.createMany({ data: [{ ...anchor, hash, sealed }], skipDuplicates: true });
}

/**
 * Keeps what a verification found.
 *
 * @returns whether the chain is known to be broken only now
 */
export async function saveVerification(
  database: Queryable,
  workspaceId: string,
  sequence: number,
  problem: ChainProblem | null,
): Promise<boolean> {
  const rows = await database.$queryRaw<Array<{ fresh: boolean }>>`
    WITH before AS (
      SELECT "brokenSince" FROM "AuditVerification" WHERE "workspaceId" = ${workspaceId}::uuid FOR UPDATE
    )
    INSERT INTO "AuditVerification" AS v ("workspaceId", "verifiedAt", "sequence", "problem", "problemAt", "brokenSince")
    -- Joined, so that it is looked at and locked before it is written.
    SELECT ${workspaceId}::uuid, now(), ${sequence}::bigint, ${problem?.code ?? null}, ${problem?.sequence ?? null}::bigint,
      CASE WHEN ${problem !== null} THEN now() END
    FROM (VALUES (1)) one LEFT JOIN before ON true
    ON CONFLICT ("workspaceId") DO UPDATE SET "verifiedAt" = now(), "sequence" = EXCLUDED."sequence",
      "problem" = EXCLUDED."problem", "problemAt" = EXCLUDED."problemAt",
      "brokenSince" = CASE WHEN EXCLUDED."problem" IS NOT NULL THEN COALESCE(v."brokenSince", now()) END
    RETURNING "problem" IS NOT NULL AND (SELECT "brokenSince" FROM before) IS NULL AS "fresh"`;
  return rows[0]?.fresh === true;
}

/** Where a workspace's chain ends now, and what its last verification found. */
export async function readChainState(
  database: Queryable,
  workspaceId: string,
): Promise<{ readonly head: ChainHead; readonly verification: VerificationRow | null }> {
  const [row, verification] = await Promise.all([
    database.auditHead.findUnique({ where: { workspaceId } }),
    database.auditVerification.findUnique({ where: { workspaceId } }),
  ]);
  const head = { sequence: Number(row?.sequence ?? 0), hash: row?.hash ?? FIRST_HASH };
  return { head, verification };
}
