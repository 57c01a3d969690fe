import type { Database } from "../database.ts";
import type { AuditEvent } from "../generated/client.ts";
import { canonicalEntry, type AuditFields } from "./entry.ts";

const PAGE = 1_000;

/** An entry as it can be taken elsewhere: the very text whose SHA-256 its hash is; null from before there was a chain. */
export type ExportedEntry = Readonly<{ hash: string | null; text: string }>;

/** A chain's entries from the oldest to the newest, of a span of time. */
export async function* readChain(
  database: Database,
  workspaceId: string,
  { from, to }: Readonly<{ from?: Date | undefined; to?: Date | undefined }>,
): AsyncGenerator<ExportedEntry> {
  const at = { ...(from && { gte: from }), ...(to && { lt: to }) };
  for (let after: bigint | undefined; ;) {
    const where = { workspaceId, at, ...(after === undefined ? {} : { sequence: { gt: after } }) };
    const rows = await database.auditEvent.findMany({ where, orderBy: { sequence: "asc" }, take: PAGE });
    for (const row of rows) yield exported(row);
    after = rows.at(-1)?.sequence;
    if (rows.length < PAGE) return;
  }
}

function exported(row: AuditEvent): ExportedEntry {
  const text = canonicalEntry({
    ...row,
    sequence: Number(row.sequence),
    fields: row.fields as AuditFields,
    before: row.before as AuditFields | null,
    after: row.after as AuditFields | null,
    previousHash: row.previousHash ?? new Uint8Array(),
  });
  return { hash: row.hash === null ? null : Buffer.from(row.hash).toString("hex"), text };
}
