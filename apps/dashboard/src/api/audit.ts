import type { CallInput, catalogue, ResponseOf } from "@kvsync/contracts/api";
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { call } from "./call.ts";

type Operations = typeof catalogue;

/** One entry of the audit log. */
export type AuditEvent = ResponseOf<Operations["listAuditEvents"]>["events"][number];
/** Where its chain ends, and what a worker found when it last verified it. */
export type AuditState = ResponseOf<Operations["getAuditState"]>;
type AuditQuery = NonNullable<CallInput<Operations["listAuditEvents"]>["query"]>;
export type AuditAction = NonNullable<AuditQuery["action"]>;
export type AuditEntity = NonNullable<AuditQuery["entity"]>;

/** What the log is searched for, as it stands in the page's address; times in ISO form. */
export type AuditFilter = Readonly<
  Partial<Record<"action" | "entity" | "entityId" | "actor" | "from" | "to", string>>
>;

const PAGE = 100;

/** The entries that match, newest first, page by page. @throws {ApiFailure} 400 `VALIDATION` for a filter of no sense */
export const auditQuery = (workspace: string, filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ["workspace", workspace, "audit", filter],
    queryFn: ({ pageParam, signal }) =>
      call("GET", "/v1/workspace/{workspace}/audit", {
        params: { workspace },
        // An address may hold anything; the server says what of it is wrong.
        query: { ...(filter as AuditQuery), limit: PAGE, ...(pageParam === "" ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
  });

/**
 * One entry, by its id and time, as a link has them; null where there is none. Of one millisecond there may be many, but
 * not more than a page.
 *
 * @throws {ApiFailure} 400 `VALIDATION` for a time that is none
 */
export const auditEntryQuery = (workspace: string, id: string, at: string) =>
  queryOptions({
    queryKey: ["workspace", workspace, "audit-entry", id, at],
    queryFn: async ({ signal }): Promise<AuditEvent | null> => {
      const from = Date.parse(at);
      const to = Number.isNaN(from) ? at : new Date(from + 1).toISOString();
      const { events } = await call("GET", "/v1/workspace/{workspace}/audit", {
        params: { workspace },
        query: { from: at, to, limit: PAGE },
        signal,
      });
      return events.find((event) => event.id === id) ?? null;
    },
  });

/** Whether the log is whole, by what a worker found at its last verification. */
export const auditStateQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["workspace", workspace, "audit-state"],
    queryFn: ({ signal }) =>
      call("GET", "/v1/workspace/{workspace}/audit/state", { params: { workspace }, signal }),
  });
