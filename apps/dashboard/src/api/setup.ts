import type {
  planOperations,
  ResponseOf,
  setUpOperations,
  syncOperations,
  validationOperations,
} from "@kvsync/contracts/api";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { call } from "./call.ts";
import { queryClient } from "./query-client.ts";
import { syncsQuery, type Sync } from "./syncs.ts";

export type SyncDetail = ResponseOf<(typeof syncOperations)["getSync"]>;
export type SetupGuide = ResponseOf<(typeof syncOperations)["getSyncSetup"]>;
export type SetupSource = ResponseOf<(typeof setUpOperations)["getSyncSource"]>;
export type SourceEnvironment = SetupSource["environments"][number];
export type LocalAzure = ResponseOf<(typeof setUpOperations)["setUpLocalAzure"]>;
export type Validation = ResponseOf<(typeof validationOperations)["getValidation"]>;
export type Plan = ResponseOf<(typeof planOperations)["getPlan"]>;
export type PlanAction = Plan["actions"][number];
type ActionKind = PlanAction["kind"];
export type NamePolicy = Sync["namePolicy"];
export type ExistingPolicy = Sync["existingPolicy"];

const keyOf = (workspace: string, syncId: string) => ["workspace", workspace, "sync", syncId] as const;

export const setupGuideQuery = (workspace: string, syncId: string) =>
  queryOptions({
    queryKey: [...keyOf(workspace, syncId), "setup"],
    queryFn: ({ signal }) => call("GET", "/v1/sync/{syncId}/setup", { params: { syncId }, signal }),
  });

export const setupSourceQuery = (workspace: string, syncId: string) =>
  queryOptions({
    queryKey: [...keyOf(workspace, syncId), "source"],
    queryFn: ({ signal }) => call("GET", "/v1/sync/{syncId}/source", { params: { syncId }, signal }),
  });

const PAGE = 200;

/** A plan's actions, page by page. @param kind only those of this kind */
export const planQuery = (
  workspace: string,
  syncId: string,
  planId: string,
  filter: Readonly<{ kind?: ActionKind | undefined; search?: string | undefined }>,
) =>
  infiniteQueryOptions({
    queryKey: [...keyOf(workspace, syncId), "plan", planId, filter],
    initialPageParam: "",
    queryFn: ({ signal, pageParam }) =>
      call("GET", "/v1/sync/{syncId}/plans/{planId}", {
        params: { syncId, planId },
        query: {
          limit: PAGE,
          ...(pageParam === "" ? {} : { cursor: pageParam }),
          ...(filter.kind === undefined ? {} : { kind: filter.kind }),
          ...(filter.search === undefined || filter.search === "" ? {} : { search: filter.search }),
        },
        signal,
      }),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

/** Begins a sync. @throws {ApiFailure} 400 `VALIDATION` */
export const startSync = (workspace: string, project: string, name: string) =>
  call("POST", "/v1/sync/azure-key-vault/start", { body: { workspace, project, name } });

/** @throws {ApiFailure} 400 `VALIDATION`, 400 `VAULT_URL_INVALID`, 409 `SYNC_STATE` */
export const connect = (
  syncId: string,
  body: Readonly<{
    tenantId: string;
    clientId: string;
    vaultUrl: string;
    prefix: string;
    namePolicy: NamePolicy;
  }>,
) => call("POST", "/v1/sync/{syncId}/connect", { params: { syncId }, body });

/** Links the environment, which begins a validation. @throws {ApiFailure} 409 `SYNC_STATE` */
export const link = (
  syncId: string,
  body: Readonly<{ environmentId: string; firstPlan: "apply" | "ask"; existingPolicy: ExistingPolicy }>,
) => call("POST", "/v1/sync/{syncId}/link", { params: { syncId }, body });

export const validate = (syncId: string) =>
  call("POST", "/v1/sync/{syncId}/validate", { params: { syncId }, body: {} });

export const runNow = (syncId: string) =>
  call("POST", "/v1/sync/{syncId}/run", { params: { syncId }, body: {} });

/** @throws {ApiFailure} 409 `PLAN_NOT_AWAITING` where another plan took its place */
export const approvePlan = (syncId: string, planId: string) =>
  call("POST", "/v1/sync/{syncId}/plans/{planId}/approve", { params: { syncId, planId }, body: {} });

/** Lets one secret take over what holds its name in the vault. */
export const adopt = (syncId: string, secretId: string) =>
  call("POST", "/v1/sync/{syncId}/adopt", { params: { syncId }, body: { secretIds: [secretId] } });

/** Ends a sync, and leaves in the vault what it wrote. */
export const discard = (syncId: string) =>
  call("POST", "/v1/sync/{syncId}/disconnect", { params: { syncId }, body: { secrets: "leave" } });

/** Does in local Azure what one does in the portal. @throws {ApiFailure} 503 `LOCAL_AZURE_UNAVAILABLE` */
export const setUpLocalAzure = (syncId: string): Promise<LocalAzure> =>
  call("POST", "/v1/sync/{syncId}/local-azure", { params: { syncId }, body: {} });

/** Reads anew what is shown of a sync, after it was changed. */
export async function refreshSync(workspace: string, syncId: string): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: keyOf(workspace, syncId) }),
    queryClient.invalidateQueries({ queryKey: syncsQuery(workspace).queryKey.slice(0, 3) }),
  ]);
}
