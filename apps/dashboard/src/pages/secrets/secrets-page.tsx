import { Button, Tabs } from "@mantine/core";
import { IconLayersSubtract, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { environmentsQuery } from "../../api/projects.ts";
import { isFullAdmin } from "../../api/session.ts";
import { AppLink, ButtonLink } from "../../components/app-link.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { LoadingState } from "../../components/loading-state.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { useAddressDialog } from "../../components/use-address-dialog.ts";
import { CreateEnvironmentDialog } from "./create-environment-dialog.tsx";
import { SecretList } from "./secret-list.tsx";
import classes from "./secrets.module.css";

const route = getRouteApi("/signed-in/shell/w/$workspace/projects/$project/secrets");

/** A project's secrets, one environment at a time. */
export default function SecretsPage() {
  const { workspace: slug, project: projectSlug } = route.useParams();
  const { workspace, project } = route.useRouteContext();
  const { environment: wanted } = route.useSearch();
  const navigate = route.useNavigate();
  const isAdmin = isFullAdmin(workspace);
  const place = useMemo(() => ({ workspace: slug, project: projectSlug }), [slug, projectSlug]);
  const { data: environments, error, refetch } = useQuery(environmentsQuery(slug, projectSlug));
  const { opened: creating, open, close } = useAddressDialog("environment");
  const current = environments?.find(({ id, name }) => name === wanted || id === wanted) ?? environments?.[0];
  const create = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      New environment
    </Button>
  );

  return (
    <>
      <PageHeader
        title={project.name}
        breadcrumbs={[
          <AppLink key="projects" to="/w/$workspace/projects" params={{ workspace: slug }}>
            Projects
          </AppLink>,
        ]}
        description="Its secrets. Each has a value of its own in each environment."
        actions={
          isAdmin ? (
            <>
              {environments?.length === 0 ? null : (
                <Button variant="default" onClick={open}>
                  New environment
                </Button>
              )}
              <ButtonLink
                variant="default"
                to="/w/$workspace/projects/$project/syncs"
                params={{ workspace: slug, project: projectSlug }}
              >
                Syncs
              </ButtonLink>
            </>
          ) : undefined
        }
      />
      {environments === undefined ? (
        error === null ? (
          <LoadingState rows={6} rowHeight={41} />
        ) : (
          <ErrorState error={error} onRetry={() => void refetch()} />
        )
      ) : current === undefined ? (
        <EmptyState
          icon={IconLayersSubtract}
          title="No environment yet"
          actions={isAdmin ? create : undefined}
        >
          Secrets have their values in environments, like development and production.{" "}
          {isAdmin ? "Make the first one." : "An admin of the workspace makes them."}
        </EmptyState>
      ) : (
        <Tabs
          value={current.name}
          onChange={(name) => {
            if (name !== null)
              void navigate({ search: (search) => ({ ...search, environment: name }), replace: true });
          }}
          keepMounted={false}
        >
          <Tabs.List aria-label="Environments" className={classes.environments ?? ""}>
            {environments.map(({ id, name }) => (
              <Tabs.Tab key={id} value={name}>
                {name}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value={current.name} key={current.id} pt="md" tabIndex={-1}>
            <SecretList
              place={place}
              environments={environments}
              environment={current}
              isAdmin={isAdmin}
              mayWrite={workspace.role !== "member"}
            />
          </Tabs.Panel>
        </Tabs>
      )}
      <CreateEnvironmentDialog
        opened={creating && isAdmin}
        onClose={close}
        place={place}
        onCreated={(name) => void navigate({ search: { environment: name }, replace: true })}
      />
    </>
  );
}
