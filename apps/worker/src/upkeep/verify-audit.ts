import { explainChainProblem } from "@kvsync/contracts";
import { anchorHolds, sealAnchor, type KeyEncryptionKey } from "@kvsync/keys";
import type { Logger } from "@kvsync/runtime";
import {
  lastAnchored,
  listChains,
  saveAnchor,
  saveVerification,
  verifyChain,
  type AnchorRow,
  type ChainVerdict,
  type Database,
} from "@kvsync/store";

export type AuditVerifier = Readonly<{
  database: Database;
  keyEncryptionKey: KeyEncryptionKey;
  logger: Logger;
}>;

/**
 * Verifies every chain of the audit log. The end of one that is whole is sealed and kept, and told in the log, which lies
 * elsewhere than the database: what was there then can't be taken away or written anew unnoticed.
 *
 * @returns how many chains there are, and how many are broken
 */
export async function verifyAudit(
  { database, keyEncryptionKey, logger }: AuditVerifier,
  stop: AbortSignal,
): Promise<{ readonly chains: number; readonly broken: number }> {
  const chains = await listChains(database);
  let broken = 0;
  for (const workspaceId of chains) {
    const verdict = await verifyChain(database, workspaceId, { opens, stop });
    if (verdict.problem !== null) broken += 1;
    await keep(verdict);
  }
  return { chains: chains.length, broken };

  async function opens(anchor: AnchorRow): Promise<boolean | null> {
    if (anchor.keyEncryptionKeyId !== keyEncryptionKey.id) return null;
    return anchorHolds(keyEncryptionKey, { ...anchor, sequence: Number(anchor.sequence) }, anchor.sealed);
  }

  async function keep({ workspaceId, head, problem }: ChainVerdict): Promise<void> {
    await saveVerification(database, workspaceId, head.sequence, problem);
    if (problem !== null) {
      const { message, hint } = explainChainProblem(problem.code, problem.sequence);
      logger.error({ workspaceId, ...problem, hint }, `the audit log is broken: ${message}`);
      return;
    }
    if (head.sequence <= (await lastAnchored(database, workspaceId))) return;
    const sealed = await sealAnchor(keyEncryptionKey, { workspaceId, ...head });
    await saveAnchor(database, { workspaceId, ...head, sealed, keyEncryptionKeyId: keyEncryptionKey.id });
    const auditHead = `${head.sequence}:${Buffer.from(head.hash).toString("hex")}`;
    logger.info({ workspaceId, auditHead }, "the audit log is whole");
  }
}
