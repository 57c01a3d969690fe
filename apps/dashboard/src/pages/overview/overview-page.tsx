import { Button } from "@mantine/core";
import { IconExternalLink, IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { projectsQuery } from "../../api/projects.ts";
import { syncsQuery } from "../../api/syncs.ts";
import { ButtonLink } from "../../components/app-link.tsx";
import { DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { LoadingState } from "../../components/loading-state.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { syncColumns } from "../syncs/sync-columns.tsx";
import { worstFirst } from "./health.ts";
import { Tiles } from "./tiles.tsx";

const route = getRouteApi("/signed-in/shell/w/$workspace/");

/** All syncs of the workspace, for who is called when one fails. */
export default function OverviewPage() {
  return (
    <>
      <PageHeader
        title="Overview"
        description="Every sync of this workspace, those that need somebody first."
        actions={
          <Button
            component="a"
            href="/ops/queues"
            variant="default"
            rightSection={<IconExternalLink size={15} aria-hidden />}
          >
            Queues
          </Button>
        }
      />
      <Syncs />
    </>
  );
}

function Syncs() {
  const { workspace } = route.useParams();
  const { data: syncs, error, refetch } = useQuery(syncsQuery(workspace));
  const { data: teams } = useQuery(projectsQuery(workspace));
  const columns = useMemo(() => {
    const names = new Map(teams?.flatMap(({ projects }) => projects).map(({ id, name }) => [id, name]));
    return syncColumns(workspace, (sync) => names.get(sync.projectId));
  }, [workspace, teams]);
  const rows = useMemo(() => worstFirst(syncs ?? []), [syncs]);

  if (syncs === undefined)
    return error === null ? (
      <LoadingState rowHeight={60} />
    ) : (
      <ErrorState error={error} onRetry={() => void refetch()} />
    );
  if (syncs.length === 0)
    return (
      <EmptyState
        icon={IconRefresh}
        title="No sync yet"
        actions={
          <ButtonLink to="/w/$workspace/projects" params={{ workspace }}>
            Choose a project
          </ButtonLink>
        }
      >
        A sync keeps an Azure Key Vault equal to the secrets of one of a project’s environments. Set one up in
        a project, under Syncs.
      </EmptyState>
    );
  return (
    <>
      <Tiles syncs={syncs} />
      <DataTable label="Syncs" columns={columns} rows={rows} rowId={(sync) => sync.id} rowHeight={60} />
    </>
  );
}
