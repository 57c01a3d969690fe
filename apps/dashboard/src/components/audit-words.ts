import type { AuditAction, AuditEntity, AuditEvent } from "../api/audit.ts";

const WORDS: Readonly<Record<AuditAction, string>> = {
  "secret.viewed": "Values read",
  "secret.created": "Secret added",
  "secret.updated": "Secret changed",
  "secret.deleted": "Secret deleted",
  "secret.imported": "Secrets imported",
  "workspace.created": "Workspace created",
  "team.created": "Team created",
  "team.renamed": "Team renamed",
  "team.deleted": "Team deleted",
  "project.created": "Project created",
  "project.changed": "Project changed",
  "project.deleted": "Project deleted",
  "environment.created": "Environment created",
  "environment.changed": "Environment changed",
  "environment.deleted": "Environment deleted",
  "sync.started": "Sync created",
  "sync.connected": "Azure connection entered",
  "sync.linked": "Environment linked",
  "sync.configured": "Settings changed",
  "sync.validation-requested": "Validation asked for",
  "sync.validated": "Validation ended",
  "sync.run-requested": "Run asked for",
  "sync.paused": "Paused",
  "sync.resumed": "Resumed",
  "sync.disconnected": "Disconnected",
  "plan.approved": "Plan approved",
  "adoption.allowed": "Adoption allowed",
  "existing-policy.changed": "Policy for existing secrets changed",
  "name.chosen": "Name in the vault chosen",
  "name.released": "Chosen name given back",
  "records.retried": "Failing secrets tried again",
  "run.ended": "Run ended",
  "member.invited": "Member invited",
  "invitation.revoked": "Invitation revoked",
  "member.joined": "Member joined",
  "member.changed": "Member changed",
  "member.removed": "Member removed",
  "user.changed": "Profile changed",
  "password.changed": "Password changed",
  "session.begun": "Signed in",
  "session.refused": "Sign-in refused",
  "session.ended": "Signed out",
  "device.approved": "Device approved",
  "device.denied": "Device denied",
  "single-sign-on.changed": "Single sign-on changed",
  "single-sign-on.removed": "Single sign-on removed",
  "token.created": "Token created",
  "token.rotated": "Token rotated",
  "token.exchanged": "Token exchanged for a JWT",
  "token.revoked": "Token revoked",
  "webhook.created": "Webhook created",
  "webhook.changed": "Webhook changed",
  "webhook.deleted": "Webhook deleted",
  "webhook.secret-rotated": "Webhook given a new secret",
  "webhook.tested": "Webhook tested",
  "webhook.redelivered": "Webhook delivered again",
  "queue.changed": "Queue changed in Bull Board",
  "signing-key.rotated": "Signing key rotated",
};

const GROUPS: ReadonlyArray<readonly [group: string, ...starts: string[]]> = [
  ["Secrets", "secret."],
  ["Projects", "workspace.", "team.", "project.", "environment."],
  ["Syncs", "sync.", "plan.", "adoption.", "existing-policy.", "name.", "records.", "run."],
  ["People", "member.", "invitation.", "user.", "password."],
  ["Signing in", "session.", "device.", "single-sign-on."],
  ["Tokens", "token."],
  ["Webhooks", "webhook."],
  ["System", "signing-key.", "queue."],
];

/** Every action that is noted, by what it is about, in the order in which the filter shows them. */
export const ACTIONS = GROUPS.map(([group, ...starts]) => ({
  group,
  actions: (Object.keys(WORDS) as AuditAction[]).filter((action) =>
    starts.some((start) => action.startsWith(start)),
  ),
}));

export const ENTITIES: Readonly<Record<AuditEntity, string>> = {
  secret: "Secrets",
  environment: "Environments",
  project: "Projects",
  team: "Teams",
  workspace: "Workspaces",
  sync: "Syncs",
  member: "Members",
  invitation: "Invitations",
  user: "Users",
  token: "Tokens",
  "single-sign-on": "Single sign-on",
  webhook: "Webhooks",
  "signing-key": "Signing keys",
  queue: "Queues",
};

/** An action in words; one that isn't known here is told in its own. */
export function actionWords(action: string): string {
  const words = action.replaceAll(/[.-]/g, " ");
  return WORDS[action as AuditAction] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

/** What it was done to: its name, or how many they were. */
export function entityWords({ entity, fields }: Pick<AuditEvent, "entity" | "fields">): string {
  if (entity.name !== null) return entity.name;
  const { count } = fields;
  if (typeof count === "number") return `${count} ${entity.type}${count === 1 ? "" : "s"}`;
  return entity.type.replaceAll("-", " ");
}

/** Where it happened: “Webshop › production”. Empty for what concerns the workspace. */
export function placeWords({ project, environment, sync, entity }: AuditEvent): string {
  return [project, environment, sync]
    .flatMap((place) => (place === null || place.id === entity.id ? [] : [place.name ?? "removed"]))
    .join(" › ");
}

/** Who acted, where the name alone doesn't tell what they are. */
export const ACTOR_KINDS: Readonly<Record<AuditEvent["actor"]["kind"], string>> = {
  person: "person",
  token: "API token",
  system: "by itself, or by a command",
  anonymous: "not signed in",
};

/** A detail's name as it is read: “vaultUrl” is “vault url”. */
export const fieldWords = (name: string): string =>
  name.replaceAll(
    /([a-z])([A-Z])/g,
    (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  );

/** A detail's value as it is read: lists one a line. */
export function valueWords(value: unknown): string {
  if (value === null || value === undefined) return "none";
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(valueWords).join("\n");
  return typeof value === "string" ? value : JSON.stringify(value, null, 1);
}
