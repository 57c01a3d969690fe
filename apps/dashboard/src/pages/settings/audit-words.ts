import type { AuditEvent } from "../../api/audit.ts";

/** Every action that is noted, by what it is done to, in the order in which the filter shows them. */
export const ACTIONS: ReadonlyArray<Readonly<{ group: string; actions: readonly string[] }>> = [
  {
    group: "Secrets",
    actions: ["secret.viewed", "secret.created", "secret.updated", "secret.deleted"],
  },
  {
    group: "Projects",
    actions: ["team.created", "project.created", "environment.created"],
  },
  {
    group: "Syncs",
    actions: [
      "sync.started",
      "sync.connected",
      "sync.linked",
      "sync.configured",
      "sync.validation-requested",
      "sync.run-requested",
      "sync.paused",
      "sync.resumed",
      "sync.disconnected",
      "plan.approved",
      "adoption.allowed",
      "existing-policy.changed",
      "name.chosen",
      "name.released",
    ],
  },
  {
    group: "People",
    actions: [
      "member.invited",
      "invitation.revoked",
      "member.joined",
      "member.changed",
      "member.removed",
      "user.changed",
      "password.changed",
    ],
  },
  {
    group: "Signing in",
    actions: [
      "sign-in.succeeded",
      "sign-in.failed",
      "sign-in.locked",
      "signed-out",
      "device.approved",
      "device.denied",
      "single-sign-on.changed",
      "single-sign-on.removed",
    ],
  },
  { group: "Tokens", actions: ["token.created", "token.rotated", "token.revoked"] },
  {
    group: "Webhooks",
    actions: [
      "webhook.created",
      "webhook.changed",
      "webhook.deleted",
      "webhook.tested",
      "webhook.redelivered",
    ],
  },
  { group: "System", actions: ["signing-key.rotated"] },
];

export const ENTITIES = [
  "secret",
  "environment",
  "project",
  "team",
  "sync",
  "member",
  "invitation",
  "user",
  "session",
  "token",
  "single-sign-on",
  "webhook",
  "signing-key",
] as const;

/** “secret.viewed” is “Secret viewed”. */
export function actionWords(action: string): string {
  const words = action.replaceAll(/[.-]/g, " ").replace("single sign on", "single sign-on");
  const fixed = words.replace("sign in ", "sign-in ");
  return fixed.charAt(0).toUpperCase() + fixed.slice(1);
}

/** Where it happened: “Webshop › production”. Empty for what concerns the workspace. */
export function placeWords({ project, environment, sync }: AuditEvent): string {
  return [project, environment, sync]
    .flatMap((place) => (place === null ? [] : [place.name ?? "removed"]))
    .join(" › ");
}

/** A detail's name and value as they are read: “vaultUrl” is “vault url”. */
export const fieldWords = (name: string): string =>
  name.replaceAll(
    /([a-z])([A-Z])/g,
    (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  );

export function valueWords(value: unknown): string {
  if (value === null || value === undefined) return "none";
  return typeof value === "object" ? JSON.stringify(value, null, 1) : String(value);
}
