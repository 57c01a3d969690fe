import { Button, Title } from "@mantine/core";
import { IconUserPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import {
  invitationsQuery,
  membersQuery,
  removeMember,
  revokeInvitation,
  type Invitation,
  type Member,
} from "../../api/members.ts";
import { usePlaces, type Place } from "../../api/places.ts";
import { queryClient } from "../../api/query-client.ts";
import { useSession } from "../../api/session.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { DataTable } from "../../components/data-table.tsx";
import { DataTableLoading } from "../../components/data-table-loading.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { toast } from "../../components/toast.ts";
import { useAddressDialog } from "../../components/use-address-dialog.ts";
import { useDialog } from "../../components/use-dialog.ts";
import { AccessDialog } from "./access-dialog.tsx";
import { InviteDialog } from "./invite-dialog.tsx";
import { invitationColumns, memberColumns } from "./member-columns.tsx";

const route = getRouteApi("/signed-in/shell/w/$workspace/settings/members");

/** Who works in the workspace, who was asked to, and what each may do where. */
export default function MembersPage() {
  const { workspace } = route.useParams();
  const { data: members, error, refetch } = useQuery(membersQuery(workspace));
  const { data: invitations = [] } = useQuery(invitationsQuery(workspace));
  const isScoped = [...(members ?? []), ...invitations].some(({ scope }) => !scope.all);
  const { teams } = usePlaces(workspace, isScoped);
  const { opened: inviting, open, close } = useAddressDialog("invite");

  return (
    <>
      <PageHeader
        title="Members"
        description="Who works in this workspace, and what each may do where."
        actions={
          <Button leftSection={<IconUserPlus size={16} aria-hidden />} onClick={open}>
            Invite
          </Button>
        }
      />
      {members === undefined && error !== null ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <>
          <Members workspace={workspace} members={members} teams={teams} />
          {members === undefined || invitations.length === 0 ? null : (
            <Invitations workspace={workspace} invitations={invitations} teams={teams} />
          )}
        </>
      )}
      <InviteDialog opened={inviting} onClose={close} workspace={workspace} />
    </>
  );
}

type TeamsProps = Readonly<{ workspace: string; teams: readonly Place[] | undefined }>;

function Members({
  workspace,
  members,
  teams,
}: TeamsProps & Readonly<{ members: readonly Member[] | undefined }>) {
  const { user } = useSession();
  const changing = useDialog<Member>();
  const removing = useDialog<Member>();
  const { open: change } = changing;
  const { open: remove } = removing;
  const columns = useMemo(
    () => memberColumns({ teams, ownId: user.id, change, remove }),
    [teams, user.id, change, remove],
  );
  const { subject: leaving } = removing;

  if (members === undefined) return <DataTableLoading columns={columns} rows={4} rowHeight={54} />;
  return (
    <>
      <DataTable label="Members" columns={columns} rows={members} rowId={({ id }) => id} rowHeight={54} />
      {changing.subject === null ? null : (
        <AccessDialog
          opened={changing.opened}
          onClose={changing.close}
          workspace={workspace}
          member={changing.subject}
        />
      )}
      {leaving === null ? null : (
        <ConfirmDialog
          opened={removing.opened}
          onClose={removing.close}
          title={`Remove ${leaving.user.name}?`}
          action="Remove"
          dangerous
          onConfirm={async () => {
            await removeMember(workspace, leaving.id);
            await queryClient.invalidateQueries(membersQuery(workspace));
            toast(`${leaving.user.name} was removed`);
          }}
        >
          {leaving.user.email} can no longer open this workspace, and the tokens made by this member stop
          working at once. Secrets and syncs stay as they are.
        </ConfirmDialog>
      )}
    </>
  );
}

function Invitations({
  workspace,
  invitations,
  teams,
}: TeamsProps & Readonly<{ invitations: readonly Invitation[] }>) {
  const revoking = useDialog<Invitation>();
  const { open: revoke, subject } = revoking;
  const columns = useMemo(() => invitationColumns({ teams, revoke }), [teams, revoke]);

  return (
    <section aria-labelledby="invitations">
      <Title order={2} id="invitations" mt="xl" mb="sm">
        Invitations
      </Title>
      <DataTable
        label="Invitations"
        columns={columns}
        rows={invitations}
        rowId={({ id }) => id}
        rowHeight={45}
      />
      {subject === null ? null : (
        <ConfirmDialog
          opened={revoking.opened}
          onClose={revoking.close}
          title="Revoke the invitation?"
          action="Revoke"
          dangerous
          onConfirm={async () => {
            await revokeInvitation(workspace, subject.id);
            await queryClient.invalidateQueries(invitationsQuery(workspace));
            toast("The invitation was revoked");
          }}
        >
          The link for {subject.email} stops working. You can invite them again.
        </ConfirmDialog>
      )}
    </section>
  );
}
