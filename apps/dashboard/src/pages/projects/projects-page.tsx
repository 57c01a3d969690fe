import { Button, Title } from "@mantine/core";
import { IconFolders, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { projectsQuery, type Project, type TeamProjects } from "../../api/projects.ts";
import { isFullAdmin } from "../../api/session.ts";
import { AppLink } from "../../components/app-link.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { LoadingState } from "../../components/loading-state.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { SearchField } from "../../components/search-field.tsx";
import { useAddressDialog } from "../../components/use-address-dialog.ts";
import { CreateProjectDialog } from "./create-project-dialog.tsx";
import classes from "./projects.module.css";

const route = getRouteApi("/signed-in/shell/w/$workspace/projects");

/** So few are seen at a glance. */
const SEARCHED_FROM = 9;

/** The projects that one may see, by team. */
export default function ProjectsPage() {
  const { workspace } = route.useRouteContext();
  const isAdmin = isFullAdmin(workspace);
  const { data: teams, error, refetch } = useQuery(projectsQuery(workspace.slug));
  const { opened: creating, open, close } = useAddressDialog("new");
  const create = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      New project
    </Button>
  );
  const isEmpty = teams?.every((team) => team.projects.length === 0) === true;

  return (
    <>
      <PageHeader
        title="Projects"
        description="A project holds an application’s secrets, with a value for each environment."
        actions={isAdmin && !isEmpty ? create : undefined}
      />
      {teams === undefined ? (
        error === null ? (
          <LoadingState rows={3} rowHeight={112} />
        ) : (
          <ErrorState error={error} onRetry={() => void refetch()} />
        )
      ) : isEmpty ? (
        <EmptyState
          icon={IconFolders}
          title={isAdmin ? "Create your first project" : "No project yet"}
          actions={isAdmin ? create : undefined}
        >
          {isAdmin
            ? "Then add its secrets, or paste a .env file, and sync them to a Key Vault."
            : "There is none, or none that you may see. An admin of the workspace can give you access."}
        </EmptyState>
      ) : (
        <Teams teams={teams} workspace={workspace.slug} isAdmin={isAdmin} />
      )}
      {teams === undefined || !isAdmin ? null : (
        <CreateProjectDialog opened={creating} onClose={close} workspace={workspace.slug} teams={teams} />
      )}
    </>
  );
}

type TeamsProps = Readonly<{ teams: readonly TeamProjects[]; workspace: string; isAdmin: boolean }>;

function Teams({ teams, workspace, isAdmin }: TeamsProps) {
  const { search = "" } = route.useSearch();
  const navigate = route.useNavigate();
  const wanted = search.trim().toLowerCase();
  const matches = ({ name, slug }: Project): boolean => `${name} ${slug}`.toLowerCase().includes(wanted);
  const count = teams.flatMap(({ projects }) => projects).length;
  const shown = teams
    .map((team) => ({ ...team, projects: team.projects.filter(matches) }))
    .filter(({ projects }) => projects.length > 0);

  return (
    <>
      {count < SEARCHED_FROM ? null : (
        <SearchField
          label="Search projects"
          placeholder="Search projects"
          text={search}
          onText={(text) => void navigate({ search: text === "" ? {} : { search: text }, replace: true })}
          maw={360}
          mb="lg"
        />
      )}
      {shown.length === 0 ? (
        <EmptyState title="No project matches">Search for something else.</EmptyState>
      ) : null}
      {shown.map(({ id, name, projects }) => (
        <section key={id} aria-labelledby={id}>
          <Title order={2} id={id} className={classes.team ?? ""}>
            {name}
          </Title>
          <ul className={classes.grid}>
            {projects.map(({ slug, ...project }) => (
              <li key={slug} className={classes.project}>
                <div>
                  <div className={classes.name}>{project.name}</div>
                  <div className={classes.slug}>{slug}</div>
                </div>
                <div className={classes.links}>
                  <AppLink
                    to="/w/$workspace/projects/$project/secrets"
                    params={{ workspace, project: slug }}
                    size="sm"
                    aria-label={`Secrets of ${project.name}`}
                  >
                    Secrets
                  </AppLink>
                  {isAdmin ? (
                    <>
                      <AppLink
                        to="/w/$workspace/projects/$project/syncs"
                        params={{ workspace, project: slug }}
                        size="sm"
                        aria-label={`Syncs of ${project.name}`}
                      >
                        Syncs
                      </AppLink>
                      <AppLink
                        to="/w/$workspace/projects/$project/settings"
                        params={{ workspace, project: slug }}
                        size="sm"
                        aria-label={`Settings of ${project.name}`}
                      >
                        Settings
                      </AppLink>
                    </>
                  ) : null}
                </div>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}
