/** What kind of act it is, in Enkryptify's words. */
export type AuditKind = "CREATE" | "UPDATE" | "DELETE" | "VIEW";

const act = <Kind extends AuditKind, Entity extends string>(
  kind: Kind,
  entity: Entity,
): Readonly<{ kind: Kind; entity: Entity }> => ({ kind, entity });

/** Everything that is noted in the audit log: `<thing>.<past participle>`, its kind, and the type of what it is done to. */
export const auditActions = {
  "workspace.created": act("CREATE", "workspace"),
  "team.created": act("CREATE", "team"),
  "team.renamed": act("UPDATE", "team"),
  "team.deleted": act("DELETE", "team"),
  "project.created": act("CREATE", "project"),
  "project.changed": act("UPDATE", "project"),
  "project.deleted": act("DELETE", "project"),
  "environment.created": act("CREATE", "environment"),
  "environment.changed": act("UPDATE", "environment"),
  "environment.deleted": act("DELETE", "environment"),
  "secret.created": act("CREATE", "secret"),
  "secret.updated": act("UPDATE", "secret"),
  "secret.deleted": act("DELETE", "secret"),
  /** So many at once that they aren't noted one by one. */
  "secret.imported": act("CREATE", "secret"),
  /** A value was answered in the clear. */
  "secret.viewed": act("VIEW", "secret"),
  "token.created": act("CREATE", "token"),
  "token.rotated": act("UPDATE", "token"),
  "token.revoked": act("DELETE", "token"),
  /** A short-lived JWT was given for it. */
  "token.exchanged": act("UPDATE", "token"),
  "member.invited": act("CREATE", "invitation"),
  "invitation.revoked": act("DELETE", "invitation"),
  "member.joined": act("CREATE", "member"),
  "member.changed": act("UPDATE", "member"),
  "member.removed": act("DELETE", "member"),
  "single-sign-on.changed": act("UPDATE", "single-sign-on"),
  "single-sign-on.removed": act("DELETE", "single-sign-on"),
  "session.begun": act("CREATE", "user"),
  /** A sign-in failed. */
  "session.refused": act("CREATE", "user"),
  "session.ended": act("DELETE", "user"),
  "device.approved": act("CREATE", "user"),
  "device.denied": act("DELETE", "user"),
  "password.changed": act("UPDATE", "user"),
  "user.changed": act("UPDATE", "user"),
  "sync.started": act("CREATE", "sync"),
  "sync.connected": act("UPDATE", "sync"),
  "sync.linked": act("UPDATE", "sync"),
  "sync.configured": act("UPDATE", "sync"),
  "sync.validation-requested": act("UPDATE", "sync"),
  /** A worker's validation is over, or an attempt of it wrote its temporary secret. */
  "sync.validated": act("UPDATE", "sync"),
  "sync.run-requested": act("UPDATE", "sync"),
  "sync.paused": act("UPDATE", "sync"),
  "sync.resumed": act("UPDATE", "sync"),
  "sync.disconnected": act("DELETE", "sync"),
  "plan.approved": act("UPDATE", "sync"),
  "adoption.allowed": act("UPDATE", "sync"),
  "existing-policy.changed": act("UPDATE", "sync"),
  "name.chosen": act("UPDATE", "sync"),
  "name.released": act("UPDATE", "sync"),
  "records.retried": act("UPDATE", "sync"),
  /** A worker's run that read values or set out to change the vault is over. */
  "run.ended": act("UPDATE", "sync"),
  /** Somebody gave a queue, or jobs of it, an order in Bull Board. */
  "queue.changed": act("UPDATE", "queue"),
  "signing-key.rotated": act("UPDATE", "signing-key"),
  "webhook.created": act("CREATE", "webhook"),
  "webhook.changed": act("UPDATE", "webhook"),
  "webhook.deleted": act("DELETE", "webhook"),
  "webhook.secret-rotated": act("UPDATE", "webhook"),
  "webhook.tested": act("CREATE", "webhook"),
  "webhook.redelivered": act("CREATE", "webhook"),
} as const;

export type AuditAction = keyof typeof auditActions;
/** The types of what is acted on. */
export type AuditEntity = (typeof auditActions)[AuditAction]["entity"];
