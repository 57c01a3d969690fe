import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { discard, refreshSync } from "../../api/setup.ts";
import type { Sync } from "../../api/syncs.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { toast } from "../../components/toast.ts";
import { forgetDrafts } from "./draft.ts";

type DiscardButtonProps = Readonly<{
  workspace: string;
  /** The project's slug. */
  project: string;
  sync: Pick<Sync, "id" | "name">;
}>;

/** Gives up a set-up. Nothing was written to a vault yet, so there is nothing to choose. */
export function DiscardButton({ workspace, project, sync }: DiscardButtonProps) {
  const [opened, { open, close }] = useDisclosure();
  const navigate = useNavigate();
  const confirm = async (): Promise<void> => {
    await discard(sync.id);
    forgetDrafts(sync.id);
    toast(`${sync.name} was discarded`);
    await navigate({ to: "/w/$workspace/projects/$project/syncs", params: { workspace, project } });
    await refreshSync(workspace, sync.id);
  };
  return (
    <>
      <Button variant="default" onClick={open} aria-label={`Discard ${sync.name}`}>
        Discard
      </Button>
      <ConfirmDialog
        opened={opened}
        onClose={close}
        title={`Discard ${sync.name}?`}
        action="Discard"
        dangerous
        onConfirm={confirm}
      >
        Its identity is never used again, and the set-up can’t be taken up later. Nothing was written to a
        vault. In Azure you can remove its federated credential and role assignment.
      </ConfirmDialog>
    </>
  );
}
