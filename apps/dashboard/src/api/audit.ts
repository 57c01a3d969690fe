import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { addressOf } from "./call.ts";
import { request } from "./client.ts";

type Named = Readonly<{ id: string; name: string | null }>;
type Details = Readonly<Record<string, unknown>>;

/** One entry of the audit log. */
export type AuditEvent = Readonly<{
  id: string;
  sequence: number;
  at: string;
  actor: Readonly<{ kind: "person" | "token" | "system" | "anonymous"; id: string | null; name: string }>;
  action: string;
  kind: "CREATE" | "UPDATE" | "DELETE" | "VIEW";
  entity: Readonly<{ type: string; id: string | null; name: string | null }>;
  project: Named | null;
  environment: Named | null;
  sync: Named | null;
  fields: Details;
  before: Details | null;
  after: Details | null;
  hash: string | null;
}>;

type AuditPage = Readonly<{ events: readonly AuditEvent[]; nextCursor: string | null }>;

/** What the log is searched for; times in ISO form. */
export type AuditFilter = Readonly<Partial<Record<"action" | "entity" | "actor" | "from" | "to", string>>>;

/** Whether the log is whole, by what a worker found at its last verification. */
export type AuditState = Readonly<{
  sequence: number;
  hash: string;
  verifiedAt: string | null;
  problem: Readonly<{ code: string; sequence: number; since: string; message: string; hint: string }> | null;
}>;

const PATH = "/v1/workspace/{workspace}/audit";
const PAGE = 100;

/** The entries that match, newest first, page by page. */
export const auditQuery = (workspace: string, filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ["workspace", workspace, "audit", filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => auditPage(workspace, filter, PAGE, pageParam, signal),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });

export const auditStateQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["workspace", workspace, "audit-state"],
    queryFn: ({ signal }) =>
      request<AuditState>("GET", addressOf(`${PATH}/state`, { params: { workspace } }), { signal }),
  });

const auditPage = (
  workspace: string,
  filter: AuditFilter,
  limit: number,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<AuditPage> =>
  request("GET", addressOf(PATH, { params: { workspace }, query: { ...filter, limit, cursor } }), { signal });
