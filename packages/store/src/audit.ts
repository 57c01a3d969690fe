import type { Queryable } from "./database.ts";
import type { AuditEvent, Prisma } from "./generated/client.ts";

export type AuditEventRow = AuditEvent;

/** What is noted. `<thing>.<past participle>`. */
export type AuditAction =
  | "plan.approved"
  | "adoption.allowed"
  | "existing-policy.changed"
  | "name.chosen"
  | "name.released"
  | "records.retried"
  | "sync.disconnected"
  | "session.begun"
  | "session.refused"
  | "session.ended"
  | "password.changed"
  | "team.renamed"
  | "team.deleted"
  | "project.changed"
  | "project.deleted"
  | "environment.changed"
  | "environment.deleted";

/** Who acts: a person, with or without a token of theirs, or a token without a person. */
export type Actor = Readonly<{ userId: string | null; tokenId: string | null }>;

/** Something that somebody did and a later reader must be able to tell. Fields hold ids and names, never a value. */
export type AuditNote = Readonly<{
  workspaceId: string;
  actor: Actor;
  /** The sync that it was done to, if it was one. */
  syncId?: string;
  action: AuditAction;
  fields: Readonly<Record<string, string | number | null>>;
}>;

/** Notes what was done, in the transaction that does it. */
export async function note(transaction: Queryable, notes: readonly AuditNote[]): Promise<void> {
  await transaction.auditEvent.createMany({
    data: notes.map(({ fields, actor, ...rest }) => ({
      ...rest,
      ...actor,
      fields: fields as Prisma.JsonObject,
    })),
  });
}

/** One page of what was done to a sync, newest first. */
export async function listAuditEvents(
  database: Queryable,
  syncId: string,
  page: Readonly<{ limit: number; before?: Readonly<{ at: Date; id: string }> }>,
): Promise<AuditEventRow[]> {
  const { limit, before } = page;
  return database.auditEvent.findMany({
    where: {
      syncId,
      ...(before === undefined
        ? {}
        : { OR: [{ at: { lt: before.at } }, { at: before.at, id: { lt: before.id } }] }),
    },
    orderBy: [{ at: "desc" }, { id: "desc" }],
    take: limit,
  });
}
