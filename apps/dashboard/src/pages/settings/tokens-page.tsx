import { Anchor, Button, Code, Group, Switch } from "@mantine/core";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { usePlaces } from "../../api/places.ts";
import { queryClient } from "../../api/query-client.ts";
import {
  revokeToken,
  rotateToken,
  tokensOf,
  tokensQuery,
  type NewToken,
  type Token,
} from "../../api/tokens.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { DataTable } from "../../components/data-table.tsx";
import { DataTableLoading } from "../../components/data-table-loading.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { OnceDialog } from "../../components/once-dialog.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { toast } from "../../components/toast.ts";
import { useAddressDialog } from "../../components/use-address-dialog.ts";
import { useDialog } from "../../components/use-dialog.ts";
import { CreateTokenDialog } from "./create-token-dialog.tsx";
import { without } from "../../shell/search.ts";
import { tokenColumns } from "./token-columns.tsx";

const route = getRouteApi("/signed-in/shell/w/$workspace/settings/tokens");

/** The API tokens that one may see: one's own, or for an admin those of all. */
export default function TokensPage() {
  const { workspace } = route.useRouteContext();
  const withEnded = route.useSearch().ended === "true";
  const navigate = route.useNavigate();
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(
    tokensQuery(workspace.slug, withEnded),
  );
  const tokens = useMemo(() => data?.pages.flatMap(({ body }) => body), [data]);
  const { opened: creating, open, close } = useAddressDialog("new");
  const shown = useDialog<NewToken>();
  const create = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      New token
    </Button>
  );
  const isEmpty = tokens?.length === 0;

  return (
    <>
      <PageHeader
        title="API tokens"
        description={
          <>
            For scripts, CI and the <Code>ek</Code> and <Code>kvsync</Code> commands. A token can never do
            more than its owner. What it can be used for is in the{" "}
            <Anchor href="/v1/docs" underline="always">
              API reference
            </Anchor>
            .
          </>
        }
        actions={isEmpty ? undefined : create}
      />
      <Group mb="sm">
        <Switch
          label="Show also those that expired or were revoked"
          checked={withEnded}
          onChange={({ currentTarget: { checked } }) =>
            void navigate({
              search: (before) => (checked ? { ...before, ended: "true" } : without(before, "ended")),
              replace: true,
            })
          }
        />
      </Group>
      {tokens === undefined && error !== null ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isEmpty ? (
        <EmptyState icon={IconKey} title="No tokens" actions={create}>
          A token lets a program read secrets, or change them, without a person who signs in.
        </EmptyState>
      ) : (
        <Tokens
          workspace={workspace.slug}
          tokens={tokens}
          hasMore={hasNextPage}
          onEnd={() => {
            if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
          }}
          onNew={shown.open}
        />
      )}
      <CreateTokenDialog opened={creating} onClose={close} workspace={workspace} onMade={shown.open} />
      {shown.subject === null ? null : (
        <OnceDialog
          opened={shown.opened}
          onClose={shown.close}
          title={`Token ${shown.subject.name}`}
          label="Token"
          value={shown.subject.token}
        >
          Only its fingerprint is kept here. Whoever has the token can do what it can: keep it in a secret
          store, never in a repository.
        </OnceDialog>
      )}
    </>
  );
}

type TokensProps = Readonly<{
  workspace: string;
  /** Undefined while they are loaded. */
  tokens: readonly Token[] | undefined;
  hasMore: boolean;
  onEnd: () => void;
  onNew: (token: NewToken) => void;
}>;

function Tokens({ workspace, tokens, hasMore, onEnd, onNew }: TokensProps) {
  const [now] = useState(Date.now);
  const { teams } = usePlaces(workspace, tokens?.some(({ scope }) => !scope.all) === true);
  const rotating = useDialog<Token>();
  const revoking = useDialog<Token>();
  const { open: rotate } = rotating;
  const { open: revoke } = revoking;
  const columns = useMemo(() => tokenColumns({ teams, now, rotate, revoke }), [teams, now, rotate, revoke]);

  if (tokens === undefined) return <DataTableLoading columns={columns} rows={4} rowHeight={60} />;
  return (
    <>
      <DataTable
        label="API tokens"
        columns={columns}
        rows={tokens}
        rowId={({ id }) => id}
        rowHeight={60}
        {...(hasMore ? { total: "unknown" as const } : {})}
        onEnd={onEnd}
      />
      {rotating.subject === null ? null : (
        <ConfirmDialog
          opened={rotating.opened}
          onClose={rotating.close}
          title={`Rotate ${rotating.subject.name}?`}
          action="Rotate"
          onConfirm={async () => {
            if (rotating.subject === null) return;
            const made = await rotateToken(workspace, rotating.subject.id);
            await queryClient.invalidateQueries(tokensOf(workspace));
            onNew(made);
          }}
        >
          It gets a new value with the same permission and scope. The old value stops working at once: have
          the place at hand where the new one goes.
        </ConfirmDialog>
      )}
      {revoking.subject === null ? null : (
        <ConfirmDialog
          opened={revoking.opened}
          onClose={revoking.close}
          title={`Revoke ${revoking.subject.name}?`}
          action="Revoke"
          dangerous
          onConfirm={async () => {
            if (revoking.subject === null) return;
            await revokeToken(workspace, revoking.subject.id);
            await queryClient.invalidateQueries(tokensOf(workspace));
            toast(`${revoking.subject.name} was revoked`);
          }}
        >
          Whatever uses it is refused from now on. This can’t be undone.
        </ConfirmDialog>
      )}
    </>
  );
}
