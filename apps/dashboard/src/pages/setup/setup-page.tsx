import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { ApiFailure } from "../../api/failure.ts";
import { projectsQuery, type Project } from "../../api/projects.ts";
import { isFullAdmin } from "../../api/session.ts";
import type { SyncDetail } from "../../api/setup.ts";
import { syncQuery } from "../../api/sync.ts";
import { AppLink, ButtonLink } from "../../components/app-link.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { LoadingState } from "../../components/loading-state.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { StateBadge } from "../../components/state-badge.tsx";
import { NotFound } from "../../shell/not-found.tsx";
import { shownStateOf } from "../overview/health.ts";
import { useLiveSync } from "../sync/use-live-sync.ts";
import { AdminsOnly } from "./admins-only.tsx";
import { ConnectionStep } from "./connection-step.tsx";
import { DiscardButton } from "./discard-button.tsx";
import { EnvironmentStep } from "./environment-step.tsx";
import { FederationStep } from "./federation-step.tsx";
import { PlanStep } from "./plan-step.tsx";
import { stageOf } from "./stage.ts";
import { StepList } from "./step-list.tsx";
import { isLinked, stepToShow, type Step } from "./steps.ts";
import { ValidationStep } from "./validation-step.tsx";
import classes from "./setup.module.css";

const route = getRouteApi("/signed-in/shell/w/$workspace/syncs/$syncId/setup");

/** Setting a sync up, step by step. What is done is kept on the server, so it goes on wherever it was left. */
export default function SetupPage() {
  const { workspace } = route.useRouteContext();
  const { syncId } = route.useParams();
  if (isFullAdmin(workspace)) return <Loaded workspace={workspace.slug} syncId={syncId} />;
  return (
    <>
      <PageHeader title="Set up Azure Key Vault" />
      <AdminsOnly workspace={workspace} />
    </>
  );
}

function Loaded({ workspace, syncId }: Readonly<{ workspace: string; syncId: string }>) {
  const found = useQuery(syncQuery({ workspace, syncId }));
  const sync = found.data;
  const projects = useQuery(projectsQuery(workspace));
  const failed = (sync === undefined ? found.error : null) ?? projects.error;
  const project = projects.data?.flatMap((team) => team.projects).find(({ id }) => id === sync?.projectId);

  // A sync's address has no workspace; one of another workspace doesn't belong under this one's.
  const isElsewhere = sync !== undefined && projects.data !== undefined && project === undefined;
  if (isElsewhere || isMissing(failed)) return <NotFound />;
  if (sync !== undefined && project !== undefined)
    return <Setup workspace={workspace} sync={sync} project={project} />;
  return (
    <>
      <PageHeader title="Set up Azure Key Vault" description="…" />
      {failed === null ? (
        <LoadingState rows={5} rowHeight={88} />
      ) : (
        <ErrorState
          error={failed}
          onRetry={() => {
            void found.refetch();
            void projects.refetch();
          }}
        />
      )}
    </>
  );
}

const isMissing = (error: Error | null): boolean =>
  error instanceof ApiFailure && (error.status === 404 || error.status === 400);

type SetupProps = Readonly<{ workspace: string; sync: SyncDetail; project: Project }>;

function Setup({ workspace, sync, project }: SetupProps) {
  const { step } = route.useSearch();
  useLiveSync({ workspace, syncId: sync.id });
  const shown = stepToShow(step, sync);
  useFocusOnStep(shown);
  const hasEnded = sync.state === "disconnected" || sync.state === "disconnecting";
  const isFinished = isLinked(sync) && stageOf(sync) === "done";
  const params = { workspace, project: project.slug };
  return (
    <>
      <PageHeader
        title={sync.name}
        badge={<StateBadge state={shownStateOf(sync)} />}
        breadcrumbs={[
          <AppLink key="project" to="/w/$workspace/projects/$project/secrets" params={params}>
            {project.name}
          </AppLink>,
          <AppLink key="syncs" to="/w/$workspace/projects/$project/syncs" params={params}>
            Syncs
          </AppLink>,
        ]}
        description={
          isFinished
            ? "Set-up of Azure Key Vault."
            : "Set-up of Azure Key Vault. You can leave at any time and continue later."
        }
        actions={
          isFinished && shown === "plan" ? undefined : isLinked(sync) ? (
            <ButtonLink
              variant="default"
              to="/w/$workspace/syncs/$syncId"
              params={{ workspace, syncId: sync.id }}
            >
              Open the sync
            </ButtonLink>
          ) : hasEnded ? undefined : (
            <DiscardButton workspace={workspace} sync={sync} project={project.slug} />
          )
        }
      />
      {hasEnded ? (
        <EmptyState
          title="This sync is disconnected"
          actions={
            <ButtonLink to="/w/$workspace/projects/$project/syncs/new" params={params}>
              Set up a new one
            </ButtonLink>
          }
        >
          It can’t be connected again. Its identity is never used for another sync.
        </EmptyState>
      ) : (
        <div className={classes.layout}>
          <StepList workspace={workspace} sync={sync} shown={shown} />
          <Shown step={shown} workspace={workspace} sync={sync} project={project} />
        </div>
      )}
    </>
  );
}

function Shown({ step, ...props }: SetupProps & Readonly<{ step: Step }>) {
  switch (step) {
    case "federation":
      return <FederationStep {...props} />;
    case "connection":
      return <ConnectionStep {...props} />;
    case "environment":
      return <EnvironmentStep {...props} />;
    case "validation":
      return <ValidationStep {...props} />;
    case "plan":
      return <PlanStep {...props} />;
  }
}

/** Moves the focus to the heading of the step that is opened, but not when the page opens. */
function useFocusOnStep(step: Step): void {
  const last = useRef(step);
  useEffect(() => {
    if (last.current === step) return;
    last.current = step;
    window.scrollTo({ top: 0 });
    document.querySelector<HTMLElement>("#step-heading")?.focus({ preventScroll: true });
  }, [step]);
}
