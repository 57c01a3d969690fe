import type { OwnedBy } from "@kvsync/contracts/api";
import { useParams } from "@tanstack/react-router";
import type { Failure } from "../api/syncs.ts";
import { AppLink } from "./app-link.tsx";

/** Who fails because a secret in the vault belongs to another sync. */
type Owned = Readonly<{ failure: Failure | null; ownedBy: OwnedBy }>;

/** The way to the sync that a secret in the vault belongs to; nothing where that is none of this workspace. */
export function OwnerLink({ failure, ownedBy }: Owned) {
  const { workspace } = useParams({ strict: false });
  // A sync that left its secrets behind is disconnected, and has no page.
  if (workspace === undefined || ownedBy?.name == null || failure?.code !== "VAULT_SECRET_OWNED") return null;
  return (
    <AppLink size="sm" to="/w/$workspace/syncs/$syncId" params={{ workspace, syncId: ownedBy.syncId }}>
      Open “{ownedBy.name}”
    </AppLink>
  );
}
