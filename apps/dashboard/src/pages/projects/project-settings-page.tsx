import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { projectsQuery } from "../../api/projects.ts";
import { syncsQuery } from "../../api/syncs.ts";
import { AppLink } from "../../components/app-link.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { LoadingState } from "../../components/loading-state.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Section, Sections } from "../../components/section.tsx";
import { DeleteProject } from "./delete-project.tsx";
import { Environments } from "./environments.tsx";
import { ProjectForm } from "./project-form.tsx";

const route = getRouteApi("/signed-in/shell/w/$workspace/projects/$project/settings");

/** What a project is called, its environments, and its end. */
export default function ProjectSettingsPage() {
  const { workspace, project: slug } = route.useParams();
  const { project } = route.useRouteContext();
  const teams = useQuery(projectsQuery(workspace));
  const syncs = useQuery(syncsQuery(workspace, slug));
  const error = teams.error ?? syncs.error;
  const team = teams.data?.find(({ projects }) => projects.some(({ id }) => id === project.id));
  return (
    <>
      <PageHeader
        title="Project settings"
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
        description="What the project is called, its environments, and its end."
      />
      {teams.data !== undefined && team !== undefined && syncs.data !== undefined ? (
        <Sections>
          <Section title="Project">
            <ProjectForm
              key={project.id}
              workspace={workspace}
              project={project}
              teams={teams.data}
              teamId={team.id}
            />
          </Section>
          <Section
            title="Environments"
            about="Each secret has a value of its own in each environment. A sync keeps one environment in one vault."
          >
            <Environments workspace={workspace} project={project} syncs={syncs.data} />
          </Section>
          <DeleteProject workspace={workspace} project={project} syncs={syncs.data} />
        </Sections>
      ) : error === null ? (
        <LoadingState rows={6} />
      ) : (
        <ErrorState
          error={error}
          onRetry={() => {
            void teams.refetch();
            void syncs.refetch();
          }}
        />
      )}
    </>
  );
}
