import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { deleteProject, projectsQuery, type Project } from "../../api/projects.ts";
import type { Sync } from "../../api/syncs.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { Section } from "../../components/section.tsx";
import { toast } from "../../components/toast.ts";
import { HangingSyncs } from "./hanging-syncs.tsx";

type DeleteProjectProps = Readonly<{ workspace: string; project: Project; syncs: readonly Sync[] }>;

/** Ends a project for good, once no sync hangs on it. */
export function DeleteProject({ workspace, project, syncs }: DeleteProjectProps) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [asked, { open, close }] = useDisclosure();
  const { name, slug } = project;
  return (
    <Section
      title="Delete project"
      about="With its environments and all their secrets. What it wrote to vaults stays there."
      danger
    >
      {syncs.length === 0 ? (
        <Button variant="outline" color="var(--kv-danger-text)" onClick={open}>
          Delete project…
        </Button>
      ) : (
        <HangingSyncs workspace={workspace} syncs={syncs} what="this project" />
      )}
      <ConfirmDialog
        opened={asked}
        onClose={close}
        title={`Delete ${name}?`}
        action="Delete project"
        dangerous
        typeName={slug}
        onConfirm={async () => {
          await deleteProject(workspace, slug);
          toast(`${name} was deleted`);
          // First away from it: its page can't be shown any more once it is gone from the list.
          await navigate({ to: "/w/$workspace/projects", params: { workspace } });
          await queryClient.invalidateQueries(projectsQuery(workspace));
        }}
      >
        Its environments and every value in them are deleted for good. Clients that read its secrets get none
        any more.
      </ConfirmDialog>
    </Section>
  );
}
