import { Text } from "@mantine/core";
import type { OverviewSync } from "../../api/overview.ts";
import { AppLink } from "../../components/app-link.tsx";
import type { DataColumn } from "../../components/data-table.tsx";
import { runWords } from "../../components/run-words.ts";
import { StateBadge } from "../../components/state-badge.tsx";
import { Absent, Time } from "../../components/time.tsx";
import { VaultHost } from "../../components/vault-host.tsx";
import { shownStateOf } from "./health.ts";

/** The columns of the overview: what an operator asks of a sync first. */
export function overviewColumns(workspace: string): ReadonlyArray<DataColumn<OverviewSync>> {
  return [
    {
      id: "name",
      header: "Sync",
      width: "26%",
      cell: ({ id, name, health, project, environment, failure }) => (
        <>
          <AppLink
            to={
              health === "setup" && environment === null
                ? "/w/$workspace/syncs/$syncId/setup"
                : "/w/$workspace/syncs/$syncId"
            }
            params={{ workspace, syncId: id }}
            fw={600}
            size="sm"
            c="var(--mantine-color-text)"
          >
            {name}
          </AppLink>
          <Text size="xs" c="dimmed">
            {project.name} · {environment?.name ?? "no environment yet"}
          </Text>
          {failure === null ? null : (
            <Text size="xs" c="var(--kv-danger-text)" mt={4}>
              {failure.message}
            </Text>
          )}
        </>
      ),
    },
    {
      id: "state",
      header: "State",
      width: "180px",
      cell: (sync) => (
        <>
          <StateBadge state={shownStateOf(sync)} />
          {sync.failingSince === null ? null : (
            <Text size="xs" c="dimmed" mt={4}>
              began <Time at={sync.failingSince} />
            </Text>
          )}
        </>
      ),
    },
    {
      id: "secrets",
      header: "Secrets",
      width: "160px",
      isAbsent: ({ environment }) => environment === null,
      cell: (sync) => <Secrets sync={sync} workspace={workspace} />,
    },
    {
      id: "vault",
      header: "Key Vault",
      isAbsent: ({ vaultUrl }) => vaultUrl === null,
      cell: ({ vaultUrl }) => (vaultUrl === null ? <Absent /> : <VaultHost url={vaultUrl} />),
    },
    {
      id: "run",
      header: "Last run",
      width: "190px",
      isAbsent: ({ lastRun }) => lastRun === null,
      cell: ({ lastRun }) =>
        lastRun === null ? (
          <Absent />
        ) : (
          <>
            <Time at={lastRun.startedAt} />
            <Text size="xs" c="dimmed">
              {runWords(lastRun)}
            </Text>
          </>
        ),
    },
    {
      id: "next",
      header: "Next",
      width: "124px",
      isAbsent: ({ nextRunAt }) => nextRunAt === null,
      cell: ({ nextRunAt }) => <Time at={nextRunAt} isToCome />,
    },
  ];
}

/** How many are in the vault, and a way to those that aren't. */
function Secrets({ sync, workspace }: Readonly<{ sync: OverviewSync; workspace: string }>) {
  const { id: syncId, records, drifted } = sync;
  const failing = records.failed + records.blocked;
  return (
    <>
      {records.synced.toLocaleString("en")} in the vault
      {failing === 0 ? null : (
        <div>
          <AppLink
            to="/w/$workspace/syncs/$syncId/records"
            params={{ workspace, syncId }}
            search={{ state: "failed,blocked" }}
            size="xs"
            aria-label={`${failing.toLocaleString("en")} ${failing === 1 ? "fails" : "fail"}, of ${sync.name}`}
          >
            {failing.toLocaleString("en")} {failing === 1 ? "fails" : "fail"}
          </AppLink>
        </div>
      )}
      {drifted === 0 ? null : (
        <Text size="xs" c="dimmed">
          {drifted.toLocaleString("en")} changed in the vault
        </Text>
      )}
    </>
  );
}
