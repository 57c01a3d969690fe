import { Button, TextInput } from "@mantine/core";
import { IconFileImport, IconKey, IconPlus, IconSearch, IconTrash } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { Environment } from "../../api/projects.ts";
import { deleteSecrets, secretsQuery, syncStatesQuery, type ProjectPlace } from "../../api/secrets.ts";
import { syncsQuery } from "../../api/syncs.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { LoadingState } from "../../components/loading-state.tsx";
import { toast } from "../../components/toast.ts";
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

type Panel = Readonly<{ kind: "add" | "import" | "delete" } | { kind: "edit"; id: string }> | null;

const nobody: ReadonlySet<string> = new Set();

/** The secrets of a project, with what they are in one environment. */
export function SecretList({ place, environments, environment, isAdmin, mayWrite }: SecretListProps) {
  const { search = "" } = route.useSearch();
  const navigate = route.useNavigate();
  const queryClient = useQueryClient();
  const { data: secrets, error, refetch } = useQuery(secretsQuery(place));
  const { data: vaults } = useQuery({ ...syncStatesQuery(place, environment.id), enabled: isAdmin });
  const { data: syncs } = useQuery({ ...syncsQuery(place.workspace, place.project), enabled: isAdmin });
  const [panel, setPanel] = useState<Panel>(null);
  const [chosen, setChosen] = useState(nobody);
  const close = (): void => setPanel(null);

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
        vaults: isAdmin && (vaults?.syncs.length ?? 0) > 0 ? vaults : undefined,
        open: (id) => setPanel({ kind: "edit", id }),
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
    [place, environment.id, vaults, isAdmin, mayWrite, chosen],
  );

  if (secrets === undefined)
    return error === null ? (
      <LoadingState rows={8} rowHeight={44} />
    ) : (
      <ErrorState error={error} onRetry={() => void refetch()} />
    );

  const changed = async (): Promise<void> => {
    await Promise.all([
      queryClient.invalidateQueries(secretsQuery(place)),
      isAdmin ? queryClient.invalidateQueries(syncStatesQuery(place, environment.id)) : undefined,
    ]);
  };
  const linked = (syncs ?? []).filter((sync) => sync.environmentId !== null && sync.state !== "disconnected");
  const edited = panel?.kind === "edit" ? secrets.find(({ id }) => id === panel.id) : undefined;
  const doomed = secrets.filter(({ id }) => chosen.has(id));
  const add = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setPanel({ kind: "add" })}>
      Add secret
    </Button>
  );
  const bringIn = (
    <Button
      variant="default"
      leftSection={<IconFileImport size={16} aria-hidden />}
      onClick={() => setPanel({ kind: "import" })}
    >
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
            <TextInput
              className={classes.search ?? ""}
              aria-label="Search secrets"
              placeholder="Search by name or note"
              leftSection={<IconSearch size={16} aria-hidden />}
              value={search}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => {
                const text = event.currentTarget.value;
                void navigate({
                  search: ({ search: _before, ...rest }) => (text === "" ? rest : { ...rest, search: text }),
                  replace: true,
                });
              }}
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
                    onClick={() => setPanel({ kind: "delete" })}
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
        opened={panel?.kind === "add"}
        onClose={close}
        onDone={changed}
        place={place}
        environments={environments}
        environment={environment}
        syncs={linked}
      />
      <ImportPanel
        opened={panel?.kind === "import"}
        onClose={close}
        onDone={changed}
        place={place}
        environments={environments}
        environment={environment}
      />
      <EditPanel
        secret={edited}
        onClose={close}
        onDone={changed}
        place={place}
        environments={environments}
        syncs={linked}
        mayWrite={mayWrite}
        isAdmin={isAdmin}
      />
      <ConfirmDialog
        opened={panel?.kind === "delete"}
        onClose={close}
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
