import { useQuery } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { ApiFailure } from "../../api/failure.ts";
import { projectsQuery } from "../../api/projects.ts";
import { syncQuery } from "../../api/sync.ts";
import { AppLink } from "../../components/app-link.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { LoadingPage } from "../../components/loading-page.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { StateBadge } from "../../components/state-badge.tsx";
import { NotFound } from "../../shell/not-found.tsx";
import { shownStateOf } from "../overview/health.ts";
import { LiveMark } from "./live-mark.tsx";
import { Notices } from "./notices.tsx";
import { SyncActions } from "./sync-actions.tsx";
import { SyncTabs } from "./sync-tabs.tsx";
import { useLiveSync } from "./use-live-sync.ts";
import { useSync, useSyncAddress } from "./use-sync.ts";

/** The frame of a sync's pages: what it is, what can be done, what needs somebody, and the tabs. */
export default function SyncPage() {
  const address = useSyncAddress();
  const { data, error, refetch } = useQuery(syncQuery(address));
  if (data !== undefined) return <Frame key={data.id} />;
  if (error instanceof ApiFailure && error.status === 404) return <NotFound />;
  if (error !== null) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return <LoadingPage hasBreadcrumbs hasTabs />;
}

function Frame() {
  const address = useSyncAddress();
  const sync = useSync();
  const stream = useLiveSync(address);
  const { workspace } = address;
  const { data: teams } = useQuery(projectsQuery(workspace));
  const project = teams?.flatMap(({ projects }) => projects).find(({ id }) => id === sync.projectId);
  return (
    <>
      <PageHeader
        title={sync.name}
        breadcrumbs={
          project === undefined
            ? [
                <AppLink key="overview" to="/w/$workspace" params={{ workspace }}>
                  Overview
                </AppLink>,
              ]
            : [
                <AppLink
                  key="project"
                  to="/w/$workspace/projects/$project/secrets"
                  params={{ workspace, project: project.slug }}
                >
                  {project.name}
                </AppLink>,
                <AppLink
                  key="syncs"
                  to="/w/$workspace/projects/$project/syncs"
                  params={{ workspace, project: project.slug }}
                >
                  Syncs
                </AppLink>,
              ]
        }
        badge={<StateBadge state={shownStateOf(sync)} />}
        description={
          sync.vaultUrl === null ? "Azure Key Vault, not connected yet" : new URL(sync.vaultUrl).host
        }
        actions={
          <>
            <LiveMark stream={stream} />
            <SyncActions />
          </>
        }
      />
      <Notices />
      <SyncTabs />
      <Outlet />
    </>
  );
}
