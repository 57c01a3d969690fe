import { IconClipboardList } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { eventsQuery, type SyncEvent } from "../../api/sync.ts";
import { Actor } from "../../components/actor.tsx";
import { actionWords } from "../../components/audit-words.ts";
import { DataTable, type DataColumn } from "../../components/data-table.tsx";
import { DataTableLoading } from "../../components/data-table-loading.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { usePageTitle } from "../../components/page-header.tsx";
import { Absent, ExactTime } from "../../components/time.tsx";
import { detailWords } from "./activity-words.ts";
import { useSync, useSyncAddress } from "./use-sync.ts";

/** Who did and decided what about the sync. */
export default function ActivityPage() {
  usePageTitle(`Activity · ${useSync().name}`);
  const found = useInfiniteQuery(eventsQuery(useSyncAddress()));
  const rows = useMemo(() => found.data?.pages.flatMap(({ events }) => events) ?? [], [found.data]);
  if (found.data === undefined)
    return found.error === null ? (
      <DataTableLoading columns={columns} rowHeight={48} />
    ) : (
      <ErrorState error={found.error} onRetry={() => void found.refetch()} />
    );
  if (rows.length === 0)
    return (
      <EmptyState icon={IconClipboardList} title="Nothing was noted yet">
        What is done to this sync and decided about it stands here, with who did it.
      </EmptyState>
    );
  return (
    <DataTable
      label="Activity"
      columns={columns}
      rows={rows}
      rowId={({ id }) => id}
      rowHeight={44}
      onEnd={() => {
        if (found.hasNextPage && !found.isFetching) void found.fetchNextPage();
      }}
    />
  );
}

const columns: ReadonlyArray<DataColumn<SyncEvent>> = [
  {
    id: "what",
    header: "What",
    width: "22%",
    cell: ({ action }) => <strong>{actionWords(action)}</strong>,
  },
  {
    id: "details",
    header: "Details",
    cell: (event) => {
      const words = detailWords(event);
      return words === "" ? <Absent /> : words;
    },
  },
  {
    id: "who",
    header: "Who",
    width: "20%",
    cell: ({ actor }) => <Actor actor={actor} />,
  },
  { id: "when", header: "When", width: "220px", cell: ({ at }) => <ExactTime at={at} /> },
];
