import { listAuditEvents, readChain, type AuditEventRow, type Database } from "@kvsync/store";
import { textTable } from "./text-table.ts";

/** A chain, and what people call it. */
export type Chain = Readonly<{ id: string; name: string }>;

/** Which entries of it are asked for. */
export type Span = Readonly<{ from?: Date | undefined; to?: Date | undefined }>;

/** The newest entries of a chain, in lines: when, who, what, on what, and its details. */
export async function listEntries(
  database: Database,
  { id: workspaceId }: Chain,
  { from, to }: Span,
  limit: number,
): Promise<string> {
  const filter = { workspaceId, ...(from && { from }), ...(to && { to }) };
  const rows = await listAuditEvents(database, filter, { limit });
  if (rows.length === 0) return "No entries.";
  return textTable([["WHEN", "WHO", "WHAT", "ON"], ...rows.map(cellsOf)]);
}

function cellsOf({
  at,
  actorKind,
  actorName,
  action,
  entityType,
  entityName,
  fields,
}: AuditEventRow): string[] {
  const details = JSON.stringify(fields);
  return [
    at.toISOString(),
    printable(`${actorName === "" ? "unknown" : actorName} (${actorKind})`),
    action,
    printable(`${entityName ?? entityType}${details === "{}" ? "" : ` ${details}`}`),
  ];
}

/** Names are other people's: nothing in them may steer a terminal. */
const printable = (text: string): string => text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, "\u{fffd}");

/** Writes a chain's entries, oldest first: a line of JSON each, its hash and the very text that was hashed. */
export async function exportEntries(
  database: Database,
  { id, name }: Chain,
  span: Span,
  write: (line: string) => Promise<void>,
): Promise<void> {
  for await (const { hash, text } of readChain(database, id, span))
    await write(`{"chain":${JSON.stringify(name)},"hash":${JSON.stringify(hash)},"entry":${text}}\n`);
}
