import { Text } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { auditQuery, auditStateQuery, type AuditState } from "../../api/audit.ts";
import { DataTable } from "../../components/data-table.tsx";
import { DataTableLoading } from "../../components/data-table-loading.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { Note } from "../../components/failure-note.tsx";
import { LoadingState } from "../../components/loading-state.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Pill } from "../../components/state-badge.tsx";
import { ExactTime, Time } from "../../components/time.tsx";
import { without } from "../../shell/search.ts";
import { auditColumns } from "./audit-columns.tsx";
import { AuditDrawer } from "./audit-drawer.tsx";
import { AuditFilters } from "./audit-filters.tsx";

const route = getRouteApi("/signed-in/shell/w/$workspace/settings/audit");

/** Who did what, newest first; and whether the log is intact. */
export default function AuditPage() {
  const { workspace } = route.useParams();
  const { data: state, isPending } = useQuery(auditStateQuery(workspace));
  return (
    <>
      <PageHeader
        title="Audit log"
        description="Who read which value, changed what, and signed in: people, tokens, and workers by themselves. Entries are only ever added, and each is chained to the one before."
        badge={state === undefined ? undefined : <Chain state={state} />}
      />
      {state === undefined || state.problem === null ? null : <ChainProblem problem={state.problem} />}
      {/* A problem stands above the log, which must not jump when it comes. */}
      {isPending ? <LoadingState rows={1} rowHeight={72} /> : <Events workspace={workspace} />}
    </>
  );
}

/** What the last verification of the hash chain found, in a word. */
function Chain({ state }: Readonly<{ state: AuditState }>) {
  if (state.problem !== null) return <Pill tone="danger">Broken</Pill>;
  if (state.verifiedAt === null) return <Pill tone="neutral">Not verified yet</Pill>;
  return (
    <>
      <Pill tone="success">Intact</Pill>
      <Text size="sm" c="dimmed" span>
        verified <Time at={state.verifiedAt} />
      </Text>
    </>
  );
}

function ChainProblem({ problem }: Readonly<{ problem: NonNullable<AuditState["problem"]> }>) {
  const { message, hint, code, since } = problem;
  return (
    <div style={{ marginBottom: 20 }}>
      <Note tone="danger" title={message} code={code}>
        {hint} Found <ExactTime at={since} />.
      </Note>
    </div>
  );
}

function Events({ workspace }: Readonly<{ workspace: string }>) {
  const { entry, at, ...filter } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage, isPlaceholderData } =
    useInfiniteQuery(auditQuery(workspace, filter));
  const columns = useMemo(
    () =>
      auditColumns(
        ({ id, at: when }) =>
          void navigate({ search: (before) => ({ ...before, entry: id, at: when }), resetScroll: false }),
      ),
    [navigate],
  );
  const rows = useMemo(() => data?.pages.flatMap(({ events }) => events) ?? [], [data]);
  const isFiltered = Object.keys(filter).length > 0;

  return (
    <>
      <AuditFilters
        workspace={workspace}
        filter={filter}
        onChange={(next) => void navigate({ search: next, replace: true })}
      />
      {error !== null && data === undefined ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <DataTableLoading columns={columns} rows={10} rowHeight={60} />
      ) : rows.length === 0 ? (
        <EmptyState icon={IconHistory} title={isFiltered ? "Nothing matches" : "Nothing noted yet"}>
          {isFiltered
            ? "Take a filter away, or choose a longer time."
            : "What somebody does from now on is noted here."}
        </EmptyState>
      ) : (
        <div style={{ opacity: isPlaceholderData ? 0.6 : 1 }} aria-busy={isPlaceholderData}>
          <DataTable
            label="Audit log"
            columns={columns}
            rows={rows}
            rowId={({ id }) => id}
            rowHeight={60}
            {...(hasNextPage ? { total: "unknown" as const } : {})}
            onEnd={() => {
              if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
            }}
          />
          {isFetchingNextPage ? (
            <Text size="sm" c="dimmed" ta="center" mt="sm" role="status">
              Loading older entries
            </Text>
          ) : null}
        </div>
      )}
      <AuditDrawer
        workspace={workspace}
        entry={entry}
        at={at}
        known={rows}
        onClose={() =>
          void navigate({
            search: (before) => without(without(before, "entry"), "at"),
            replace: true,
            resetScroll: false,
          })
        }
      />
    </>
  );
}
