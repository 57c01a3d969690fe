import type { CallInput, catalogue, OverviewBody, SyncHealth } from "@kvsync/contracts/api";
import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";
import { call } from "./call.ts";

export type OverviewSync = OverviewBody["syncs"][number];
export type SystemState = NonNullable<OverviewBody["system"]>;
export type Totals = OverviewBody["totals"];
export type Health = SyncHealth;
type OverviewFilters = Omit<
  NonNullable<CallInput<(typeof catalogue)["getOverview"]>["query"]>,
  "limit" | "cursor"
>;

const PAGE = 100;

/** Every sync of a workspace, the worst first, and what stands behind them, page by page. */
export const overviewQuery = (workspace: string, filters: OverviewFilters) =>
  infiniteQueryOptions({
    queryKey: ["workspace", workspace, "overview", filters],
    queryFn: ({ pageParam, signal }) =>
      call("GET", "/v1/workspace/{workspace}/overview", {
        params: { workspace },
        query: { ...filters, limit: PAGE, ...(pageParam === "" ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
