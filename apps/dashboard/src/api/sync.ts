import type {
  CallInput,
  catalogue,
  HistoryBody,
  PlanBody,
  RecordBody,
  ResponseOf,
  SyncDetailBody,
} from "@kvsync/contracts/api";
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { call } from "./call.ts";
import { newIdempotencyKey } from "./client.ts";
import type { Sync } from "./syncs.ts";

type Operations = typeof catalogue;
type QueryOf<Id extends keyof Operations> = NonNullable<
  CallInput<Operations[Id]> extends { query?: infer Q } ? Q : never
>;

export type SyncDetail = SyncDetailBody;
export type SyncRecord = RecordBody;
export type SyncPlan = PlanBody;
export type PlanAction = PlanBody["actions"][number];
export type SyncHistory = HistoryBody;
export type RecordFilters = Omit<QueryOf<"listRecords">, "limit" | "cursor">;
export type PlanOverrides = Omit<QueryOf<"previewPlan">, "limit" | "look">;
export type SyncSettings = CallInput<Operations["configureSync"]>["body"];
export type SyncConnection = CallInput<Operations["connectSync"]>["body"];
export type SyncEvent = ResponseOf<Operations["listSyncEvents"]>["events"][number];

/** A sync of a workspace. */
export type SyncAddress = Readonly<{ workspace: string; syncId: string }>;

const PAGE = 200;
const RUNS_PAGE = 50;

const keyOf = ({ workspace, syncId }: SyncAddress, ...rest: readonly unknown[]) =>
  ["workspace", workspace, "sync", syncId, ...rest] as const;

export const syncKeys = {
  all: (address: SyncAddress) => keyOf(address),
  runs: (address: SyncAddress) => keyOf(address, "runs"),
  records: (address: SyncAddress) => keyOf(address, "records"),
  counts: (address: SyncAddress) => keyOf(address, "counts"),
  history: (address: SyncAddress) => keyOf(address, "history"),
};

export const syncQuery = (address: SyncAddress) =>
  queryOptions({
    queryKey: keyOf(address, "detail"),
    queryFn: ({ signal }) => call("GET", "/v1/sync/{syncId}", { params: paramsOf(address), signal }),
    // The stream tells what changes; this is for when it can't.
    refetchInterval: 30_000,
  });

export const historyQuery = (address: SyncAddress, query: QueryOf<"getSyncHistory"> & { from: string }) =>
  queryOptions({
    queryKey: [...syncKeys.history(address), query.bucket, query.timeZone, query.from.slice(0, 13)],
    queryFn: ({ signal }) =>
      call("GET", "/v1/sync/{syncId}/history", { params: paramsOf(address), query, signal }),
    placeholderData: keepPreviousData,
  });

export const runsQuery = (address: SyncAddress) =>
  infiniteQueryOptions({
    queryKey: syncKeys.runs(address),
    queryFn: ({ pageParam, signal }) =>
      call("GET", "/v1/sync/{syncId}/runs", {
        params: paramsOf(address),
        query: { limit: RUNS_PAGE, ...cursorOf(pageParam) },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

export const runQuery = (address: SyncAddress, runId: string) =>
  queryOptions({
    queryKey: keyOf(address, "run", runId),
    queryFn: ({ signal }) =>
      call("GET", "/v1/sync/{syncId}/runs/{runId}", { params: { ...paramsOf(address), runId }, signal }),
  });

export const recordsQuery = (address: SyncAddress, filters: RecordFilters) =>
  infiniteQueryOptions({
    queryKey: [...syncKeys.records(address), filters],
    queryFn: ({ pageParam, signal }) =>
      call("GET", "/v1/sync/{syncId}/records", {
        params: paramsOf(address),
        query: { ...filters, limit: PAGE, ...cursorOf(pageParam) },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
  });

export const recordQuery = (address: SyncAddress, recordId: string) =>
  queryOptions({
    queryKey: [...syncKeys.records(address), "one", recordId],
    queryFn: ({ signal }) =>
      call("GET", "/v1/sync/{syncId}/records/{recordId}", {
        params: { ...paramsOf(address), recordId },
        signal,
      }),
  });

export const recordCountsQuery = (address: SyncAddress, filters: Omit<RecordFilters, "sort">) =>
  queryOptions({
    queryKey: [...syncKeys.counts(address), filters],
    queryFn: ({ signal }) =>
      call("GET", "/v1/sync/{syncId}/records/counts", { params: paramsOf(address), query: filters, signal }),
    placeholderData: keepPreviousData,
  });

export const chosenNamesQuery = (address: SyncAddress) =>
  queryOptions({
    queryKey: keyOf(address, "names"),
    queryFn: ({ signal }) => call("GET", "/v1/sync/{syncId}/names", { params: paramsOf(address), signal }),
  });

export const eventsQuery = (address: SyncAddress) =>
  infiniteQueryOptions({
    queryKey: keyOf(address, "events"),
    queryFn: ({ pageParam, signal }) =>
      call("GET", "/v1/sync/{syncId}/audit", {
        params: paramsOf(address),
        query: { limit: RUNS_PAGE, ...cursorOf(pageParam) },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

/** A page of a plan's actions, of one kind or all. A plan that is still worked out is asked for again. */
export const planQuery = (address: SyncAddress, planId: string, kind: PlanAction["kind"] | undefined) =>
  infiniteQueryOptions({
    queryKey: keyOf(address, "plan", planId, kind ?? "all"),
    queryFn: ({ pageParam, signal }) =>
      call("GET", "/v1/sync/{syncId}/plans/{planId}", {
        params: { ...paramsOf(address), planId },
        query: { limit: PAGE, ...(kind === undefined ? {} : { kind }), ...cursorOf(pageParam) },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.pages[0]?.state === "queued" ? 1_000 : false),
  });

export const schedulePreviewQuery = (cron: string, timeZone: string, syncId: string) =>
  queryOptions({
    queryKey: ["schedule-preview", cron, timeZone, syncId],
    queryFn: ({ signal }) =>
      call("GET", "/v1/schedule-preview", { query: { cron, timeZone, syncId }, signal }),
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });

// ---- What is done to a sync. Each rejects with an ApiFailure.

export const runNow = (address: SyncAddress): Promise<Sync> =>
  call("POST", "/v1/sync/{syncId}/run", {
    params: paramsOf(address),
    body: {},
    idempotencyKey: newIdempotencyKey(),
  });

export const pause = (address: SyncAddress): Promise<Sync> =>
  call("POST", "/v1/sync/{syncId}/pause", { params: paramsOf(address), body: {} });

export const resume = (address: SyncAddress): Promise<Sync> =>
  call("POST", "/v1/sync/{syncId}/resume", { params: paramsOf(address), body: {} });

export const configure = (address: SyncAddress, body: NonNullable<SyncSettings>): Promise<Sync> =>
  call("PATCH", "/v1/sync/{syncId}", { params: paramsOf(address), body });

export const connect = (address: SyncAddress, body: SyncConnection): Promise<Sync> =>
  call("POST", "/v1/sync/{syncId}/connect", { params: paramsOf(address), body });

export const disconnect = (address: SyncAddress, secrets: "leave" | "remove"): Promise<Sync> =>
  call("POST", "/v1/sync/{syncId}/disconnect", { params: paramsOf(address), body: { secrets } });

/** @param secretIds which; all that fail without */
export const retry = (address: SyncAddress, secretIds?: string[]): Promise<{ retried: number }> =>
  call("POST", "/v1/sync/{syncId}/records/retry", {
    params: paramsOf(address),
    body: secretIds === undefined ? {} : { secretIds },
  });

export const adopt = async (address: SyncAddress, secretIds: string[]): Promise<void> => {
  await call("POST", "/v1/sync/{syncId}/adopt", { params: paramsOf(address), body: { secretIds } });
};

export const chooseName = async (
  address: SyncAddress,
  secretId: string,
  vaultName: string,
): Promise<void> => {
  await call("PUT", "/v1/sync/{syncId}/names/{secretId}", {
    params: { ...paramsOf(address), secretId },
    body: { vaultName },
  });
};

export const releaseName = async (address: SyncAddress, secretId: string): Promise<void> => {
  await call("DELETE", "/v1/sync/{syncId}/names/{secretId}", { params: { ...paramsOf(address), secretId } });
};

/** Has a plan worked out, with these settings instead of the sync's own. @returns its id */
export const workOutPlan = async (address: SyncAddress, overrides: PlanOverrides): Promise<string> =>
  (
    await call("GET", "/v1/sync/{syncId}/plan", {
      params: paramsOf(address),
      query: { ...overrides, limit: 1 },
    })
  ).id;

export const approvePlan = (address: SyncAddress, planId: string): Promise<Sync> =>
  call("POST", "/v1/sync/{syncId}/plans/{planId}/approve", {
    params: { ...paramsOf(address), planId },
    body: {},
  });

const paramsOf = ({ syncId }: SyncAddress): { syncId: string } => ({ syncId });
const cursorOf = (cursor: string): { cursor?: string } => (cursor === "" ? {} : { cursor });
