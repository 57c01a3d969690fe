import { Button, Stack, TextInput } from "@mantine/core";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { isFullAdmin } from "../../api/session.ts";
import { refreshSync, startSync } from "../../api/setup.ts";
import { AppLink, ButtonLink } from "../../components/app-link.tsx";
import { Note } from "../../components/failure-note.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { useApiForm } from "../../components/use-api-form.ts";
import { AdminsOnly } from "./admins-only.tsx";

const route = getRouteApi("/signed-in/shell/w/$workspace/projects/$project/syncs/new");

const SUGGESTED_NAME = "Azure Key Vault";

/** Where a sync begins: it gets its name, and with that the identity that Azure is to trust. */
export default function NewSyncPage() {
  const params = route.useParams();
  const { project, workspace } = route.useRouteContext();
  return (
    <>
      <PageHeader
        title="Set up Azure Key Vault"
        breadcrumbs={[
          <AppLink key="project" to="/w/$workspace/projects/$project/secrets" params={params}>
            {project.name}
          </AppLink>,
          <AppLink key="syncs" to="/w/$workspace/projects/$project/syncs" params={params}>
            Syncs
          </AppLink>,
        ]}
        description="Keeps a Key Vault equal to one environment of this project, without an Azure secret."
      />
      {isFullAdmin(workspace) ? (
        <Start workspace={params.workspace} project={params.project} />
      ) : (
        <AdminsOnly workspace={workspace} />
      )}
    </>
  );
}

function Start({ workspace, project }: Readonly<{ workspace: string; project: string }>) {
  const navigate = useNavigate();
  const form = useApiForm({ initialValues: { name: SUGGESTED_NAME } }, async ({ name }) => {
    const { syncConfigId: syncId } = await startSync(workspace, project, name);
    await refreshSync(workspace, syncId);
    await navigate({
      to: "/w/$workspace/syncs/$syncId/setup",
      params: { workspace, syncId },
      search: { step: "federation" },
    });
  });
  return (
    <form onSubmit={form.send}>
      <Stack gap="lg" maw={560}>
        {form.problem === null ? null : (
          <Note tone="danger" title={form.problem.message} code={form.problem.code} />
        )}
        <TextInput
          label="Name of the sync"
          description="For you and your colleagues; it can be changed at any time."
          required
          maxLength={100}
          {...form.getInputProps("name")}
        />
        <Note tone="info" title="What you need in Azure">
          A subscription with a Key Vault, and permission to create an app registration and to assign a role
          at the vault. You can leave at any time and continue later.
        </Note>
        <div style={{ display: "flex", gap: 10, flexWrap: "wrap" }}>
          <Button type="submit" loading={form.sending}>
            Start
          </Button>
          <ButtonLink
            variant="default"
            to="/w/$workspace/projects/$project/syncs"
            params={{ workspace, project }}
          >
            Cancel
          </ButtonLink>
        </div>
      </Stack>
    </form>
  );
}
