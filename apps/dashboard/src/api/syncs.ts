import type { FailureBody, RunBody, SyncBody } from "@kvsync/contracts/api";
import { queryOptions } from "@tanstack/react-query";
import { callTagged } from "./call.ts";
import { allPages } from "./pages.ts";

/** What went wrong and what to do about it. */
export type Failure = FailureBody;
export type Run = RunBody;
export type Sync = SyncBody;

/** All syncs of the workspace, or those of one project. */
export const syncsQuery = (workspace: string, project?: string) =>
  queryOptions({
    queryKey: ["workspace", workspace, "syncs", project ?? "all"],
    queryFn: ({ signal }) =>
      allPages<Sync>((page) => {
        const query = { workspace, ...(project === undefined ? {} : { project }), ...page };
        return callTagged("GET", "/v1/sync", { query, signal });
      }),
    refetchInterval: 15_000,
  });
