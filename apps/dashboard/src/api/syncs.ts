import { queryOptions } from "@tanstack/react-query";
import { request } from "./client.ts";

/** What went wrong and what to do about it. */
export type Failure = Readonly<{ code: string; message: string; hint: string }>;

export type SyncState =
  | "awaiting_azure"
  | "awaiting_environment"
  | "validating"
  | "active"
  | "paused"
  | "failing"
  | "disconnecting"
  | "disconnected";

export type Run = Readonly<{
  id: string;
  trigger: string;
  state: string;
  total: number | null;
  counts: Readonly<Record<string, number>>;
  failure: Failure | null;
  startedAt: string;
  endedAt: string | null;
  durationMs: number | null;
}>;

export type Sync = Readonly<{
  id: string;
  name: string;
  projectId: string;
  environmentId: string | null;
  state: SyncState;
  failure: Failure | null;
  failingSince: string | null;
  vaultUrl: string | null;
  prefix: string;
  awaitsApproval: boolean;
  nextScheduledAt: string | null;
  retryAt: string | null;
  upToDate: boolean;
  createdAt: string;
  lastRun?: Run;
  records?: Readonly<Record<string, number>>;
}>;

/** All syncs of the workspace, or those of one project. */
export const syncsQuery = (workspace: string, project?: string) =>
  queryOptions({
    queryKey: ["workspace", workspace, "syncs", project ?? "all"],
    queryFn: async ({ signal }) => {
      const query = project === undefined ? "" : `?project=${encodeURIComponent(project)}`;
      return request<readonly Sync[]>("GET", `/v1/sync${query}`, { signal });
    },
    refetchInterval: 15_000,
  });
