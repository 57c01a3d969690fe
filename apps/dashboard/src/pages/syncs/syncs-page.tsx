import { IconCloudLock } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { environmentsQuery } from "../../api/projects.ts";
import { syncsQuery } from "../../api/syncs.ts";
import { AppLink } from "../../components/app-link.tsx";
import { DataTable } from "../../components/data-table.tsx";
import { DataTableLoading } from "../../components/data-table-loading.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { worstFirst } from "../overview/health.ts";
import { DestinationTile } from "./destination-tile.tsx";
import { syncColumns } from "./sync-columns.tsx";
import { isUnfinished, Unfinished } from "./unfinished.tsx";

const route = getRouteApi("/signed-in/shell/w/$workspace/projects/$project/syncs");

/** A project's syncs, and where a new one begins. */
export default function SyncsPage() {
  const { workspace, project: slug } = route.useParams();
  const { project } = route.useRouteContext();
  return (
    <>
      <PageHeader
        title="Syncs"
        breadcrumbs={[
          <AppLink key="projects" to="/w/$workspace/projects" params={{ workspace }}>
            Projects
          </AppLink>,
          <AppLink
            key="project"
            to="/w/$workspace/projects/$project/secrets"
            params={{ workspace, project: slug }}
          >
            {project.name}
          </AppLink>,
        ]}
        description="Where this project’s secrets go. Each sync keeps one destination equal to one environment."
      />
      <DestinationTile icon={IconCloudLock} name="Azure Key Vault" params={{ workspace, project: slug }}>
        Workload identity federation: no Azure secret is stored. Takes about three minutes.
      </DestinationTile>
      <Syncs workspace={workspace} project={slug} />
    </>
  );
}

function Syncs({ workspace, project }: Readonly<{ workspace: string; project: string }>) {
  const { data: syncs, error, refetch } = useQuery(syncsQuery(workspace, project));
  const { data: environments } = useQuery(environmentsQuery(workspace, project));
  const columns = useMemo(() => {
    const names = new Map(environments?.map(({ id, name }) => [id, name]));
    return syncColumns(workspace, (sync) =>
      sync.environmentId === null ? "No environment yet" : names.get(sync.environmentId),
    );
  }, [workspace, environments]);
  const rows = useMemo(() => worstFirst((syncs ?? []).filter((sync) => !isUnfinished(sync))), [syncs]);
  const unfinished = useMemo(() => syncs?.filter(isUnfinished) ?? [], [syncs]);

  if (syncs === undefined)
    return error === null ? (
      <DataTableLoading columns={columns} rows={3} rowHeight={60} />
    ) : (
      <ErrorState error={error} onRetry={() => void refetch()} />
    );
  return (
    <>
      {unfinished.length === 0 ? null : (
        <Unfinished workspace={workspace} project={project} syncs={unfinished} />
      )}
      {rows.length === 0 ? null : (
        <DataTable label="Syncs" columns={columns} rows={rows} rowId={(sync) => sync.id} rowHeight={60} />
      )}
    </>
  );
}
