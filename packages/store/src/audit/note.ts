import { auditActions, type AuditAction } from "@kvsync/contracts";
import { randomUUID } from "node:crypto";
import type { Transaction } from "../database.ts";
import { Prisma } from "../generated/client.ts";
import type { PipelinedTransaction } from "../pipelined-transaction.ts";
import { KEPT } from "../statement-names.ts";
import { FIRST_HASH, hashOf, type AuditEntry, type AuditFields } from "./entry.ts";

/** Who acts: a person, with or without a token of theirs, or a token without a person. Neither: a worker or a command. */
export type Actor = Readonly<{ userId: string | null; tokenId: string | null }>;

/** A worker, or a command on a terminal. */
export const systemActor: Actor = { userId: null, tokenId: null };

/** The chain of what belongs to no workspace, like a sign-in that failed for an unknown address. */
export const INSTALLATION = "00000000-0000-0000-0000-000000000000";

/** Something that somebody did and a later reader must be able to tell. It holds ids, names and settings, never a value. */
export type AuditNote = Readonly<{
  /** Whose chain; {@link INSTALLATION} where no workspace is meant. */
  workspaceId: string;
  actor: Actor;
  /** What somebody who isn't known calls themselves: the address of a sign-in that failed. Makes the actor `anonymous`. */
  anonymous?: string;
  /** The worker that acts by itself, by its name. */
  worker?: string | null;
  action: AuditAction;
  /** What it is done to; the sync where it is one. Undefined for several: their ids are in `fields`. */
  entity?: Readonly<{ id: string | null; name?: string | null }>;
  projectId?: string | null;
  environmentId?: string | null;
  syncId?: string | null;
  fields?: AuditFields;
  before?: AuditFields | null;
  after?: AuditFields | null;
}>;

/**
 * Notes what was done, in the transaction that does it, as the next entries of the chain. Either all of it stands, or
 * what was done is undone with it.
 *
 * Locks the chain until the transaction ends: call it last, after everything that may wait for another lock, so that
 * others don't wait long and two never wait for each other.
 */
export async function note(
  transaction: Transaction | PipelinedTransaction,
  notes: readonly AuditNote[],
): Promise<void> {
  const chains = new Map<string, AuditNote[]>();
  for (const one of notes) chains.set(one.workspaceId, [...(chains.get(one.workspaceId) ?? []), one]);
  // Always in the same order, so that two never wait for each other.
  for (const workspaceId of [...chains.keys()].toSorted())
    await append(transaction, workspaceId, chains.get(workspaceId) ?? []);
}

const kept = (query: Prisma.Sql): Prisma.Sql => Prisma.sql`${Prisma.raw(KEPT)} ${query}`;

async function ask<Row>(transaction: Transaction | PipelinedTransaction, query: Prisma.Sql): Promise<Row[]> {
  return "$send" in transaction
    ? transaction.$statement<Row>(query, "kept")
    : transaction.$queryRaw<Row[]>(kept(query));
}

async function send(transaction: Transaction | PipelinedTransaction, query: Prisma.Sql): Promise<void> {
  if ("$send" in transaction) transaction.$send(query, "kept");
  else await transaction.$executeRaw(kept(query));
}

type Head = Readonly<{
  /** A bigint, as text or as a number, as each driver has it. */
  sequence: bigint | string;
  hash: Uint8Array;
  now: Date;
  names: Readonly<Record<string, string>> | null;
}>;

async function append(
  transaction: Transaction | PipelinedTransaction,
  workspaceId: string,
  notes: readonly AuditNote[],
): Promise<void> {
  const head = await lockHead(transaction, workspaceId, notes);
  let { hash } = head;
  let sequence = Number(head.sequence);
  const rows = notes.map((one) => {
    sequence += 1;
    const entry = entryOf(one, sequence, hash, head);
    hash = hashOf(entry);
    return {
      ...entry,
      at: entry.at.toISOString(),
      previousHash: hex(entry.previousHash),
      hash: hex(hash),
    };
  });
  await send(
    transaction,
    Prisma.sql`
    WITH "added" AS (
      INSERT INTO "AuditEvent" ("id", "workspaceId", "sequence", "at", "actorKind", "userId", "tokenId", "actorName",
        "action", "kind", "entityType", "entityId", "entityName", "projectId", "environmentId", "syncId", "fields",
        "before", "after", "previousHash", "hash")
      SELECT "id", "workspaceId", "sequence", "at", "actorKind", "userId", "tokenId", "actorName",
        "action", "kind", "entityType", "entityId", "entityName", "projectId", "environmentId", "syncId", "fields",
        NULLIF("before", 'null'), NULLIF("after", 'null'), decode("previousHash", 'hex'), decode("hash", 'hex')
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r("id" uuid, "workspaceId" uuid, "sequence" bigint,
        "at" timestamptz, "actorKind" text, "userId" uuid, "tokenId" uuid, "actorName" text, "action" text,
        "kind" text, "entityType" text, "entityId" uuid, "entityName" text, "projectId" uuid, "environmentId" uuid,
        "syncId" uuid, "fields" jsonb, "before" jsonb, "after" jsonb, "previousHash" text, "hash" text)
    )
    UPDATE "AuditHead" SET "sequence" = ${sequence}::bigint, "hash" = ${new Uint8Array(hash)}
    WHERE "workspaceId" = ${workspaceId}::uuid`,
  );
}

/** The end of the chain, locked; and the names of who acts, in the same round trip. */
async function lockHead(
  transaction: Transaction | PipelinedTransaction,
  workspaceId: string,
  notes: readonly AuditNote[],
): Promise<Head> {
  const ids = [...new Set(notes.flatMap(({ actor }) => [actor.userId, actor.tokenId]))].filter(
    (id) => id !== null,
  );
  const lock = (): Promise<Head[]> =>
    ask<Head>(
      transaction,
      Prisma.sql`
    SELECT "sequence", "hash", clock_timestamp() AS "now", (SELECT json_object_agg("id", "name") FROM (
        SELECT "id", "name" FROM "User" WHERE "id" = ANY(${ids}::uuid[])
        UNION ALL SELECT "id", "name" FROM "ApiToken" WHERE "id" = ANY(${ids}::uuid[])) n) AS "names"
    FROM "AuditHead" WHERE "workspaceId" = ${workspaceId}::uuid FOR UPDATE`,
    );
  const [head] = await lock();
  if (head !== undefined) return head;
  await send(
    transaction,
    Prisma.sql`
    INSERT INTO "AuditHead" ("workspaceId", "hash") VALUES (${workspaceId}::uuid, ${FIRST_HASH}) ON CONFLICT DO NOTHING`,
  );
  const [made] = await lock();
  if (made === undefined) throw new Error("an audit chain has no head");
  return made;
}

function entryOf(one: AuditNote, sequence: number, previousHash: Uint8Array, head: Head): AuditEntry {
  const { kind, entity: entityType } = auditActions[one.action];
  const { userId, tokenId } = one.actor;
  const name = (id: string | null): string => (id === null ? "" : (head.names?.[id] ?? ""));
  const system = userId === null && tokenId === null;
  return {
    id: randomUUID(),
    workspaceId: one.workspaceId,
    sequence,
    at: head.now,
    actorKind:
      one.anonymous !== undefined ? "anonymous" : system ? "system" : userId === null ? "token" : "person",
    userId,
    tokenId,
    actorName: one.anonymous ?? (system ? systemName(one) : name(userId ?? tokenId)),
    action: one.action,
    kind,
    entityType,
    entityId: lower(one.entity === undefined && entityType === "sync" ? one.syncId : one.entity?.id),
    entityName: one.entity?.name ?? null,
    projectId: lower(one.projectId),
    environmentId: lower(one.environmentId),
    syncId: lower(one.syncId),
    fields: one.fields ?? {},
    before: one.before ?? null,
    after: one.after ?? null,
    previousHash,
  };
}

const systemName = ({ worker }: AuditNote): string => (worker == null ? "kvsync" : `worker ${worker}`);

/** As the database writes ids, whatever they were written like: a hash covers each letter. */
const lower = (id: string | null | undefined): string | null => id?.toLowerCase() ?? null;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
