import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { planQuery, type PlanAction } from "../../api/setup.ts";
import { DataTable } from "../../components/data-table.tsx";
import { DataTableLoading } from "../../components/data-table-loading.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { planColumns } from "../../components/plan/plan-columns.tsx";
import { isKind, KIND_ORDER, KINDS, totalOf, type ActionKind } from "../../components/plan/plan-words.ts";
import { SearchField } from "../../components/search-field.tsx";
import { without } from "../../shell/search.ts";
import classes from "./setup.module.css";

const route = getRouteApi("/signed-in/shell/w/$workspace/syncs/$syncId/setup");

type PlanListProps = Readonly<{
  workspace: string;
  syncId: string;
  planId: string;
  counts: Readonly<Record<ActionKind, number>>;
  onAdopt: (action: PlanAction) => void;
}>;

/** What a plan does with each secret and why, by kind and by name, which stand in the address. */
export function PlanList({ workspace, syncId, planId, counts, onAdopt }: PlanListProps) {
  const { kind: asked, search = "" } = route.useSearch();
  const navigate = route.useNavigate();
  const kind = isKind(asked) ? asked : undefined;
  const show = (name: "kind" | "search", value: string | undefined): void =>
    void navigate({
      search: (before) => (value === undefined ? without(before, name) : { ...before, [name]: value }),
      replace: true,
      resetScroll: false,
    });
  const query = useInfiniteQuery({
    ...planQuery(workspace, syncId, planId, { kind, search }),
    placeholderData: keepPreviousData,
  });
  const rows = useMemo(() => query.data?.pages.flatMap(({ actions }) => actions), [query.data]);
  const columns = useMemo(() => planColumns({ header: "What happens", onAdopt }), [onAdopt]);
  const total = kind === undefined ? totalOf(counts) : counts[kind];
  const loadMore = (): void => {
    if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
  };

  return (
    <section aria-label="What the plan does">
      <div className={classes.filters} role="group" aria-label="Show">
        <Filter
          label="All"
          count={totalOf(counts)}
          pressed={kind === undefined}
          onClick={() => show("kind", undefined)}
        />
        {KIND_ORDER.filter((one) => counts[one] > 0 || one === kind).map((one) => (
          <Filter
            key={one}
            label={KINDS[one].label}
            count={counts[one]}
            pressed={kind === one}
            onClick={() => show("kind", one)}
          />
        ))}
        <SearchField
          label="Search the plan"
          placeholder="Search names"
          text={search}
          onText={(text) => show("search", text === "" ? undefined : text)}
          ml="auto"
          w={220}
        />
      </div>
      {rows === undefined ? (
        query.error === null ? (
          <DataTableLoading columns={columns} />
        ) : (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        )
      ) : rows.length === 0 ? (
        <EmptyState title="No secret matches">Search for something else, or show all.</EmptyState>
      ) : (
        <DataTable
          label="Plan"
          columns={columns}
          rows={rows}
          rowId={(action) => `${action.kind} ${action.secretId}`}
          onEnd={loadMore}
          {...(search === "" ? { total } : {})}
        />
      )}
    </section>
  );
}

type FilterProps = Readonly<{ label: string; count: number; pressed: boolean; onClick: () => void }>;

function Filter({ label, count, pressed, onClick }: FilterProps) {
  return (
    <button type="button" className={classes.filter} aria-pressed={pressed} onClick={onClick}>
      {label} <span>{count.toLocaleString("en")}</span>
    </button>
  );
}
