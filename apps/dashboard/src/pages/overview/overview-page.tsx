import { Button } from "@mantine/core";
import { IconExternalLink, IconFilterOff, IconRefresh } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { overviewQuery, type Totals } from "../../api/overview.ts";
import { DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { SearchField } from "../../components/search-field.tsx";
import { without } from "../../shell/search.ts";
import { overviewColumns } from "./overview-columns.tsx";
import { OverviewLoading } from "./overview-loading.tsx";
import { SetUpSync } from "./set-up-sync.tsx";
import { SystemPanel } from "./system-panel.tsx";
import { Tiles } from "./tiles.tsx";

const route = getRouteApi("/signed-in/shell/w/$workspace/");

/** So few syncs are seen at a glance. */
const SEARCHED_FROM = 9;

/** All syncs of the workspace and what stands behind them, for who is called when one fails. */
export default function OverviewPage() {
  const { workspace } = route.useParams();
  return (
    <>
      <PageHeader
        title="Overview"
        description="Every sync of this workspace, those that need somebody first."
        actions={
          <>
            <Button
              component="a"
              href="/ops/queues"
              variant="default"
              rightSection={<IconExternalLink size={15} aria-hidden />}
            >
              Queues
            </Button>
            <SetUpSync workspace={workspace} />
          </>
        }
      />
      <Overview />
    </>
  );
}

function Overview() {
  const { workspace } = route.useParams();
  const { health, search } = route.useSearch();
  const navigate = route.useNavigate();
  const found = useInfiniteQuery(
    overviewQuery(workspace, {
      // What the address has may be anything: the server says what is wrong with it.
      ...(health === undefined ? {} : { health }),
      ...(search === undefined ? {} : { search }),
    }),
  );
  const columns = useMemo(() => overviewColumns(workspace), [workspace]);
  const rows = useMemo(() => found.data?.pages.flatMap(({ syncs }) => syncs) ?? [], [found.data]);
  const [first] = found.data?.pages ?? [];
  if (first === undefined)
    return found.error === null ? (
      <OverviewLoading columns={columns} />
    ) : (
      <ErrorState error={found.error} onRetry={() => void found.refetch()} />
    );
  const { totals, system } = first;
  const all = sum(totals);
  const narrowed = health !== undefined || search !== undefined;
  return (
    <>
      {system === null ? null : <SystemPanel system={system} />}
      {all === 0 && !narrowed ? (
        <None workspace={workspace} />
      ) : (
        <>
          <Tiles
            totals={totals}
            chosen={health}
            onChoose={(next) =>
              void navigate({
                search: (before) =>
                  next === undefined ? without(before, "health") : { ...before, health: next },
                replace: true,
                resetScroll: false,
              })
            }
          />
          {all < SEARCHED_FROM && search === undefined ? null : (
            <SearchField
              label="Search syncs"
              placeholder="Search by sync, project, environment or vault"
              text={search ?? ""}
              onText={(next) =>
                void navigate({
                  search: (before) => (next === "" ? without(before, "search") : { ...before, search: next }),
                  replace: true,
                  resetScroll: false,
                })
              }
              maw={420}
              mb="md"
            />
          )}
          {rows.length === 0 ? (
            <EmptyState
              icon={IconFilterOff}
              title="No sync fits"
              actions={
                <Button variant="default" onClick={() => void navigate({ search: {} })}>
                  Show all
                </Button>
              }
            >
              None of this workspace’s syncs is as you asked for.
            </EmptyState>
          ) : (
            <DataTable
              label="Syncs"
              columns={columns}
              rows={rows}
              rowId={({ id }) => id}
              rowHeight={60}
              total={shownOf(totals, health)}
              onEnd={() => {
                if (found.hasNextPage && !found.isFetching) void found.fetchNextPage();
              }}
            />
          )}
        </>
      )}
    </>
  );
}

function None({ workspace }: Readonly<{ workspace: string }>) {
  return (
    <EmptyState icon={IconRefresh} title="No sync yet" actions={<SetUpSync workspace={workspace} />}>
      A sync keeps an Azure Key Vault equal to the secrets of one of a project’s environments. Set one up in a
      project, under Syncs.
    </EmptyState>
  );
}

const sum = (totals: Totals): number => Object.values(totals).reduce((total, count) => total + count, 0);

function shownOf(totals: Totals, health: string | undefined): number {
  if (health === undefined) return sum(totals);
  return Object.entries(totals)
    .filter(([one]) => health.split(",").includes(one))
    .reduce((total, [, count]) => total + count, 0);
}
