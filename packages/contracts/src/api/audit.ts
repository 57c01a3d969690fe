import { z } from "zod";
import { auditActions, type AuditAction, type AuditEntity } from "../audit-actions.ts";
import { operations } from "./operation.ts";
import { idSchema, idText, nextCursorSchema, pageShape, timestampSchema, workspaceParams } from "./values.ts";

const actions = Object.keys(auditActions) as [AuditAction, ...AuditAction[]];
const entities = [...new Set(Object.values(auditActions).map(({ entity }) => entity))] as [
  AuditEntity,
  ...AuditEntity[],
];
export const actorKinds = ["person", "token", "system", "anonymous"] as const;

const named = z.object({ id: idText, name: z.string().nullable() });
const details = z.record(z.string(), z.unknown());

/** One entry of the audit log. */
export const auditEventSchema = z
  .object({
    id: idText,
    sequence: z.int().meta({
      description: "1, 2, 3 … in the workspace's chain; below 1 for what was noted before there was a chain.",
    }),
    at: timestampSchema,
    actor: z.object({
      kind: z.enum(actorKinds),
      id: idText.nullable(),
      name: z.string().meta({ description: "As it was then." }),
    }),
    userId: idText.nullable(),
    tokenId: idText.nullable(),
    action: z.string(),
    kind: z.enum(["CREATE", "UPDATE", "DELETE", "VIEW"]),
    entity: z.object({ type: z.string(), id: idText.nullable(), name: z.string().nullable() }),
    project: named.nullable(),
    environment: named.nullable(),
    sync: named.nullable(),
    fields: details,
    before: details.nullable(),
    after: details.nullable(),
    hash: z.string().nullable().meta({ description: "SHA-256 in hexadecimal digits." }),
  })
  .meta({ id: "AuditEvent", description: "One entry of the audit log. Never holds a value." });
export type AuditEventBody = z.infer<typeof auditEventSchema>;

export const auditPageSchema = z
  .object({ events: z.array(auditEventSchema), nextCursor: nextCursorSchema })
  .meta({ id: "AuditEventPage" });
export type AuditPageBody = z.infer<typeof auditPageSchema>;

/** A time that PostgreSQL knows, too. */
const moment = z.iso
  .datetime({ offset: true })
  .refine((text) => Date.parse(text) >= 0, { error: "must be after 1969" });

export const auditQuerySchema = z.strictObject({
  ...pageShape,
  action: z.enum(actions).optional().meta({ description: "One action alone." }),
  entity: z.enum(entities).optional().meta({ description: "What was acted on." }),
  entityId: idSchema.optional(),
  actor: idSchema.optional().meta({ description: "A person's or a token's id." }),
  from: moment.optional().meta({ description: "From this time on." }),
  to: moment.optional().meta({ description: "Before this time." }),
});

/** Where a workspace's chain ends, and what its last verification found. */
const auditStateSchema = z
  .object({
    sequence: z.int().min(0).meta({ description: "The last entry's." }),
    hash: z
      .string()
      .meta({ description: "The last entry's, in hexadecimal digits. Keep it elsewhere to compare." }),
    verifiedAt: timestampSchema.nullable(),
    problem: z
      .object({
        code: z.string(),
        sequence: z.int(),
        since: timestampSchema,
        message: z.string(),
        hint: z.string(),
      })
      .nullable(),
  })
  .meta({ id: "AuditState" });
export type AuditStateBody = z.infer<typeof auditStateSchema>;

export const auditOperations = operations({
  listAuditEvents: {
    method: "GET",
    path: "/v1/workspace/{workspace}/audit",
    tag: "Audit",
    summary: "Who did what in a workspace, newest first",
    description:
      "Reads of values, changes, what was done to syncs and by their runs, orders to queues, sign-ins and key rotations.",
    access: "admin",
    params: workspaceParams,
    query: auditQuerySchema,
    answers: { 200: { description: "A page of entries.", body: auditPageSchema } },
    problems: { 400: ["CURSOR_INVALID"] },
  },
  getAuditState: {
    method: "GET",
    path: "/v1/workspace/{workspace}/audit/state",
    tag: "Audit",
    summary: "Whether the audit log is whole",
    description: "Where the chain ends now, and what the last verification by a worker found.",
    access: "admin",
    params: workspaceParams,
    answers: { 200: { description: "The chain's state.", body: auditStateSchema } },
  },
});
