import { IconHistory } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { runsQuery, type SyncAddress } from "../../api/sync.ts";
import type { Run } from "../../api/syncs.ts";
import { AppLink } from "../../components/app-link.tsx";
import { DataTable, type DataColumn } from "../../components/data-table.tsx";
import { DataTableLoading } from "../../components/data-table-loading.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { usePageTitle } from "../../components/page-header.tsx";
import { runWords, triggerWords } from "../../components/run-words.ts";
import { StateBadge } from "../../components/state-badge.tsx";
import { Duration, Time } from "../../components/time.tsx";
import { useSync, useSyncAddress } from "./use-sync.ts";

/** All runs that are kept, newest first. */
export default function RunsPage() {
  usePageTitle(`Runs · ${useSync().name}`);
  const address = useSyncAddress();
  const found = useInfiniteQuery(runsQuery(address));
  const rows = useMemo(() => found.data?.pages.flatMap(({ runs }) => runs) ?? [], [found.data]);
  const { workspace, syncId } = address;
  const columns = useMemo(() => runColumns({ workspace, syncId }), [workspace, syncId]);
  if (found.data === undefined)
    return found.error === null ? (
      <DataTableLoading columns={columns} rowHeight={42} />
    ) : (
      <ErrorState error={found.error} onRetry={() => void found.refetch()} />
    );
  if (rows.length === 0)
    return (
      <EmptyState icon={IconHistory} title="No run yet">
        A run begins with a change, by schedule or by hand. What each did stands here.
      </EmptyState>
    );
  return (
    <DataTable
      label="Runs"
      columns={columns}
      rows={rows}
      rowId={({ id }) => id}
      rowHeight={42}
      onEnd={() => {
        if (found.hasNextPage && !found.isFetching) void found.fetchNextPage();
      }}
    />
  );
}

const runColumns = (params: SyncAddress): ReadonlyArray<DataColumn<Run>> => [
  {
    id: "began",
    header: "Began",
    width: "160px",
    cell: ({ id, startedAt }) => (
      <AppLink
        to="/w/$workspace/syncs/$syncId/runs/$runId"
        params={{ ...params, runId: id }}
        fw={600}
        size="sm"
        c="var(--mantine-color-text)"
      >
        <Time at={startedAt} />
      </AppLink>
    ),
  },
  { id: "state", header: "State", width: "210px", cell: ({ state }) => <StateBadge state={state} /> },
  { id: "trigger", header: "Because of", width: "150px", cell: ({ trigger }) => triggerWords(trigger) },
  {
    id: "took",
    header: "Took",
    width: "100px",
    cell: ({ durationMs }) => <Duration ms={durationMs} />,
  },
  { id: "did", header: "What it did", cell: (run) => run.failure?.message ?? runWords(run) },
];
