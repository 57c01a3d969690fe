import { createHash } from "node:crypto";

/** What an entry's details hold: ids, names and settings. Numbers are whole. Never a value, and no fingerprint of one. */
export type AuditData = string | number | boolean | null | readonly AuditData[] | AuditFields;
export type AuditFields = Readonly<{ [name: string]: AuditData }>;

/** One entry of the audit log, as it is hashed. */
export type AuditEntry = Readonly<{
  id: string;
  workspaceId: string;
  /** 1 for the first of its chain, and no gaps. */
  sequence: number;
  at: Date;
  actorKind: string;
  userId: string | null;
  tokenId: string | null;
  /** As it was then. */
  actorName: string;
  action: string;
  kind: string;
  entityType: string;
  entityId: string | null;
  entityName: string | null;
  projectId: string | null;
  environmentId: string | null;
  syncId: string | null;
  fields: AuditFields;
  before: AuditFields | null;
  after: AuditFields | null;
  previousHash: Uint8Array;
}>;

/** What stands before the first entry of a chain. */
export const FIRST_HASH = new Uint8Array(32);

/**
 * The SHA-256 of an entry, over the UTF-8 bytes of its canonical form: JSON without white space, with the members of each
 * object in the order of their UTF-16 code units (RFC 8785; all numbers are whole). It covers everything that the entry
 * says, the hash of the entry before it included.
 *
 * @throws {TypeError} for a number that isn't whole, which the database might give back in another form
 */
export function hashOf(entry: AuditEntry): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash("sha256").update(canonicalEntry(entry)).digest());
}

/** The text that {@link hashOf} hashes. */
export function canonicalEntry(entry: AuditEntry): string {
  return canonical({
    v: 1,
    id: entry.id,
    workspaceId: entry.workspaceId,
    sequence: entry.sequence,
    at: entry.at.toISOString(),
    actor: {
      kind: entry.actorKind,
      userId: entry.userId,
      tokenId: entry.tokenId,
      name: entry.actorName,
    },
    action: entry.action,
    kind: entry.kind,
    entity: { type: entry.entityType, id: entry.entityId, name: entry.entityName },
    scope: { projectId: entry.projectId, environmentId: entry.environmentId, syncId: entry.syncId },
    fields: entry.fields,
    before: entry.before,
    after: entry.after,
    previousHash: Buffer.from(entry.previousHash).toString("hex"),
  });
}

function canonical(data: AuditData): string {
  if (typeof data === "number" && !Number.isSafeInteger(data))
    throw new TypeError("an audit entry holds a number that isn't whole");
  if (data === null || typeof data !== "object") return JSON.stringify(data);
  if (Array.isArray(data)) return `[${data.map((item: AuditData) => canonical(item)).join(",")}]`;
  const members = Object.entries(data).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, value]) => `${JSON.stringify(name)}:${canonical(value)}`).join(",")}}`;
}
