import { Button } from "@mantine/core";
import { IconFilterOff, IconLock, IconRefresh } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { recordCountsQuery, recordsQuery, retry, type SyncRecord } from "../../api/sync.ts";
import { DataTable } from "../../components/data-table.tsx";
import { DataTableLoading } from "../../components/data-table-loading.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { usePageTitle } from "../../components/page-header.tsx";
import { recordColumns } from "./record-columns.tsx";
import { RecordDrawer } from "./record-drawer.tsx";
import { filtersOf, RecordFilterBar } from "./record-filter-bar.tsx";
import { useDeed } from "./use-deed.ts";
import { useSync, useSyncAddress } from "./use-sync.ts";

const route = getRouteApi("/signed-in/shell/w/$workspace/syncs/$syncId/records");

/** Each secret of the sync with its outcome. What is filtered and which is open stands in the address. */
export default function RecordsPage() {
  const { name } = useSync();
  usePageTitle(`Secrets · ${name}`);
  const { record } = route.useSearch();
  return (
    <>
      <RecordFilterBar>
        <RetryAll />
      </RecordFilterBar>
      <Records />
      <RecordDrawer recordId={record} />
    </>
  );
}

function RetryAll() {
  const address = useSyncAddress();
  const { state } = useSync();
  const { data } = useQuery(recordCountsQuery(address, {}));
  const failing = data?.failures.reduce((sum, { count }) => sum + count, 0) ?? 0;
  const { working, act } = useDeed("The secrets couldn’t be tried again", async () => {
    const { retried } = await retry(address);
    return `${retried} ${retried === 1 ? "secret is" : "secrets are"} tried again now`;
  });
  if (failing === 0 || (state !== "active" && state !== "failing")) return null;
  return (
    <Button
      variant="default"
      size="xs"
      leftSection={<IconRefresh size={14} aria-hidden />}
      loading={working}
      onClick={act}
    >
      {failing === 1
        ? "Try the failing secret again"
        : `Try all ${failing.toLocaleString("en")} failing again`}
    </Button>
  );
}

function Records() {
  const address = useSyncAddress();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { sort, ...filters } = filtersOf(search);
  const found = useInfiniteQuery(recordsQuery(address, { ...filters, sort }));
  const { data: counts } = useQuery(recordCountsQuery(address, filters));
  const { state } = useSync();
  const mayAct = state === "active" || state === "failing";
  const columns = useMemo(
    () => recordColumns(mayAct, (record) => void navigate({ search: (before) => ({ ...before, record }) })),
    [mayAct, navigate],
  );
  const rows = useMemo(() => found.data?.pages.flatMap(({ records }) => records) ?? [], [found.data]);
  if (found.data === undefined)
    return found.error === null ? (
      <DataTableLoading columns={columns} rows={10} />
    ) : (
      <ErrorState error={found.error} onRetry={() => void found.refetch()} />
    );
  if (rows.length === 0) return <None filtered={Object.keys(filters).length > 0} />;
  return (
    <DataTable<SyncRecord>
      label="Secrets"
      columns={columns}
      rows={rows}
      rowId={({ id }) => id}
      rowHeight={60}
      total={counts?.matching ?? rows.length}
      onEnd={() => {
        if (found.hasNextPage && !found.isFetching) void found.fetchNextPage();
      }}
    />
  );
}

function None({ filtered }: Readonly<{ filtered: boolean }>) {
  const navigate = route.useNavigate();
  const { state } = useSync();
  if (filtered)
    return (
      <EmptyState
        icon={IconFilterOff}
        title="No secret fits"
        actions={
          <Button variant="default" onClick={() => void navigate({ search: {} })}>
            Show all
          </Button>
        }
      >
        None of this sync’s secrets is as you asked for.
      </EmptyState>
    );
  if (state === "disconnected")
    return (
      <EmptyState icon={IconLock} title="No secret any more">
        This sync has ended, and keeps no secret any more.
      </EmptyState>
    );
  return (
    <EmptyState icon={IconLock} title="No secret yet">
      When the environment has secrets and a run has looked at them, each stands here with its outcome.
    </EmptyState>
  );
}
