import { Button, Skeleton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconFileImport, IconKey, IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { Environment } from "../../api/projects.ts";
import { deleteSecrets, secretsQuery, syncStatesQuery, type ProjectPlace } from "../../api/secrets.ts";
import { syncsQuery } from "../../api/syncs.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { DataTable } from "../../components/data-table.tsx";
import { DataTableLoading } from "../../components/data-table-loading.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { SearchField } from "../../components/search-field.tsx";
import { toast } from "../../components/toast.ts";
import { useAddressDialog } from "../../components/use-address-dialog.ts";
import { without } from "../../shell/search.ts";
import { AddPanel } from "./add-panel.tsx";
import { EditPanel } from "./edit-panel.tsx";
import { ImportPanel } from "./import-panel.tsx";
import { secretColumns } from "./secret-columns.tsx";
import classes from "./secrets.module.css";

const route = getRouteApi("/signed-in/shell/w/$workspace/projects/$project/secrets");

type SecretListProps = Readonly<{
  place: ProjectPlace;
  environments: readonly Environment[];
  environment: Environment;
  isAdmin: boolean;
  mayWrite: boolean;
}>;

const nobody: ReadonlySet<string> = new Set();

/** The secrets of a project, with what they are in one environment. Which one is open stands in the address. */
export function SecretList({ place, environments, environment, isAdmin, mayWrite }: SecretListProps) {
  const { search = "", secret: asked } = route.useSearch();
  const navigate = route.useNavigate();
  const queryClient = useQueryClient();
  const { data: secrets, error, refetch } = useQuery(secretsQuery(place));
  const { data: states } = useQuery({ ...syncStatesQuery(place, environment.id), enabled: isAdmin });
  const found = useQuery({ ...syncsQuery(place.workspace, place.project), enabled: isAdmin });
  const adding = useAddressDialog("add");
  const importing = useAddressDialog("import");
  const [deleting, deletion] = useDisclosure();
  const [chosen, setChosen] = useState(nobody);

  const linked = useMemo(
    () => (found.data ?? []).filter((sync) => sync.environmentId !== null && sync.state !== "disconnected"),
    [found.data],
  );
  // Which vaults there are is known before how the secrets stand in them: no column comes in late.
  const vaults = useMemo(() => {
    const here = states?.syncs ?? linked.filter(({ environmentId }) => environmentId === environment.id);
    return isAdmin && here.length > 0 ? { syncs: here, states: states?.states } : undefined;
  }, [isAdmin, states, linked, environment.id]);

  const rows = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    const matches = ({ name, note }: { name: string; note: string }): boolean =>
      `${name}\n${note}`.toLowerCase().includes(wanted);
    return wanted === "" ? (secrets ?? []) : (secrets ?? []).filter(matches);
  }, [secrets, search]);
  const columns = useMemo(
    () =>
      secretColumns({
        place,
        environmentId: environment.id,
        vaults,
        open: (id) => void navigate({ search: (before) => ({ ...before, secret: id }), resetScroll: false }),
        choosing: mayWrite
          ? {
              chosen,
              choose: (id, on) =>
                setChosen((before) => {
                  const after = new Set(before);
                  if (on) after.add(id);
                  else after.delete(id);
                  return after;
                }),
            }
          : undefined,
      }),
    [place, environment.id, vaults, mayWrite, chosen, navigate],
  );

  if (secrets === undefined || (isAdmin && found.isPending))
    return error === null ? (
      <>
        <div className={classes.toolbar}>
          <Skeleton height={36} className={classes.search ?? ""} opacity={0.55} />
        </div>
        <DataTableLoading columns={columns.filter(({ id }) => id !== "vaults")} rowHeight={44} />
      </>
    ) : (
      <ErrorState error={error} onRetry={() => void refetch()} />
    );

  const changed = async (): Promise<void> => {
    await Promise.all([
      queryClient.invalidateQueries(secretsQuery(place)),
      isAdmin ? queryClient.invalidateQueries(syncStatesQuery(place, environment.id)) : undefined,
    ]);
  };
  const edited = secrets.find(({ id, name }) => id === asked || name === asked);
  const doomed = secrets.filter(({ id }) => chosen.has(id));
  const add = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={adding.open}>
      Add secret
    </Button>
  );
  const bringIn = (
    <Button variant="default" leftSection={<IconFileImport size={16} aria-hidden />} onClick={importing.open}>
      Import .env
    </Button>
  );

  return (
    <>
      {secrets.length === 0 ? (
        <EmptyState
          icon={IconKey}
          title="No secrets yet"
          actions={
            mayWrite ? (
              <>
                {add}
                {bringIn}
              </>
            ) : undefined
          }
        >
          {mayWrite
            ? "Add them one by one, or bring in a .env file: you see what changes before it does."
            : "Whoever may change secrets adds them."}
        </EmptyState>
      ) : (
        <>
          <div className={classes.toolbar}>
            <SearchField
              className={classes.search ?? ""}
              label="Search secrets"
              placeholder="Search by name or note"
              text={search}
              onText={(text) =>
                void navigate({
                  search: (before) => (text === "" ? without(before, "search") : { ...before, search: text }),
                  replace: true,
                  resetScroll: false,
                })
              }
            />
            <span className={classes.unset} role="status">
              {rows.length === secrets.length ? "" : `${rows.length.toLocaleString("en")} of `}
              {secrets.length.toLocaleString("en")} {secrets.length === 1 ? "secret" : "secrets"}
            </span>
            <span className={classes.push} />
            {mayWrite ? (
              <>
                {doomed.length > 0 ? (
                  <Button
                    variant="default"
                    leftSection={<IconTrash size={16} aria-hidden />}
                    onClick={deletion.open}
                  >
                    Delete {doomed.length}
                  </Button>
                ) : null}
                {bringIn}
                {add}
              </>
            ) : null}
          </div>
          {rows.length === 0 ? (
            <EmptyState title="No secret matches">Search for something else.</EmptyState>
          ) : (
            <DataTable
              label={`Secrets in ${environment.name}`}
              columns={columns}
              rows={rows}
              rowId={({ id }) => id}
              rowHeight={44}
            />
          )}
        </>
      )}
      <AddPanel
        opened={adding.opened && mayWrite}
        onClose={adding.close}
        onDone={changed}
        place={place}
        environments={environments}
        environment={environment}
        syncs={linked}
      />
      <ImportPanel
        opened={importing.opened && mayWrite}
        onClose={importing.close}
        onDone={changed}
        place={place}
        environments={environments}
        environment={environment}
      />
      <EditPanel
        secret={edited}
        onClose={() =>
          void navigate({
            search: (before) => without(before, "secret"),
            replace: true,
            resetScroll: false,
            ignoreBlocker: true,
          })
        }
        onDone={changed}
        place={place}
        environments={environments}
        syncs={linked}
        mayWrite={mayWrite}
        isAdmin={isAdmin}
      />
      <ConfirmDialog
        opened={deleting}
        onClose={deletion.close}
        title={doomed.length === 1 ? `Delete ${doomed[0]?.name}?` : `Delete ${doomed.length} secrets?`}
        action={doomed.length === 1 ? "Delete secret" : `Delete ${doomed.length} secrets`}
        dangerous
        onConfirm={async () => {
          await deleteSecrets(place, doomed);
          setChosen(nobody);
          toast(
            doomed.length === 1 ? `${doomed[0]?.name} was deleted` : `${doomed.length} secrets were deleted`,
          );
          await changed();
        }}
      >
        {doomed.length === 1 ? "It goes" : "They go"} from every environment, with all values, and cannot be
        brought back. Syncs then do in their vaults what their removal policy says.
      </ConfirmDialog>
    </>
  );
}
