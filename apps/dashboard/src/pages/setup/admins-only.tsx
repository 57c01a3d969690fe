import { IconLock } from "@tabler/icons-react";
import type { SessionWorkspace } from "../../api/session.ts";
import { EmptyState } from "../../components/empty-state.tsx";

/** Tells who may not set up syncs why, and who can help. */
export function AdminsOnly({ workspace }: Readonly<{ workspace: SessionWorkspace }>) {
  const why =
    workspace.role === "admin"
      ? "You are an admin of a part of the workspace, and syncs need one of all of it."
      : `Your role in ${workspace.name} is ${workspace.role}.`;
  return (
    <EmptyState icon={IconLock} title="Syncs are set up by admins">
      {why} Ask an admin of the workspace to set this sync up, or to change your role.
    </EmptyState>
  );
}
