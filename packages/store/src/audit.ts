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
  | "user.changed"
  | "token.created"
  | "token.rotated"
  | "token.revoked"
  | "member.invited"
  | "invitation.revoked"
  | "member.joined"
  | "member.changed"
  | "member.removed"
  | "single-sign-on.changed"
  | "single-sign-on.removed"
  | "device.approved"
  | "device.denied"
  | "team.renamed"
  | "team.deleted"
  | "project.changed"
  | "project.deleted"
  | "environment.changed"
  | "environment.deleted";

/** Who acts: a person, with or without a token of theirs, or a token without a person. */
export type Actor = Readonly<{ userId: string | null; tokenId: string | null }>;

/** A worker, or a command on a terminal. */
export const systemActor: Actor = { userId: null, tokenId: null };

/** What an entry's details hold: ids, names and settings. Never a value. */
export type AuditData = string | number | boolean | null | readonly AuditData[] | AuditFields;
export type AuditFields = Readonly<{ [name: string]: AuditData }>;

/** Something that somebody did and a later reader must be able to tell. Fields hold ids and names, never a value. */
export type AuditNote = Readonly<{
  workspaceId: string;
  actor: Actor;
  /** The sync that it was done to, if it was one. */
  syncId?: string;
  action: AuditAction;
  /** What it is done to. */
  entity?: Readonly<{ id: string | null; name?: string | null }>;
  fields?: AuditFields;
  before?: AuditFields | null;
  after?: AuditFields | null;
}>;

/** Notes what was done, in the transaction that does it. */
export async function note(transaction: Queryable, notes: readonly AuditNote[]): Promise<void> {
  await transaction.auditEvent.createMany({
    data: notes.map(({ fields = {}, entity, before, after, actor, ...rest }) => ({
      ...rest,
      ...actor,
      fields: {
        ...fields,
        ...(entity === undefined ? {} : { entity }),
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
      } as Prisma.JsonObject,
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
