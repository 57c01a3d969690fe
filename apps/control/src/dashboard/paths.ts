/**
 * The addresses of the dashboard's pages, each of which opens by itself. The dashboard's own list is
 * `apps/dashboard/src/routes.tsx`.
 */
export const PAGE_PATHS = [
  "/",
  "/sign-in",
  "/invitation",
  "/device",
  "/account",
  "/w/:workspace",
  "/w/:workspace/projects",
  "/w/:workspace/projects/:project/secrets",
  "/w/:workspace/projects/:project/settings",
  "/w/:workspace/projects/:project/syncs",
  "/w/:workspace/projects/:project/syncs/new",
  "/w/:workspace/syncs/:syncId",
  "/w/:workspace/syncs/:syncId/setup",
  "/w/:workspace/syncs/:syncId/records",
  "/w/:workspace/syncs/:syncId/runs",
  "/w/:workspace/syncs/:syncId/runs/:runId",
  "/w/:workspace/syncs/:syncId/plan",
  "/w/:workspace/syncs/:syncId/settings",
  "/w/:workspace/syncs/:syncId/activity",
  "/w/:workspace/settings/members",
  "/w/:workspace/settings/tokens",
  "/w/:workspace/settings/single-sign-on",
  "/w/:workspace/settings/webhooks",
  "/w/:workspace/settings/webhooks/:webhookId",
  "/w/:workspace/settings/audit",
] as const;
