import { Text } from "@mantine/core";
import type { Sync } from "../../api/syncs.ts";
import { AppLink } from "../../components/app-link.tsx";
import type { DataColumn } from "../../components/data-table.tsx";
import { runWords } from "../../components/run-words.ts";
import { StateBadge } from "../../components/state-badge.tsx";
import { Absent, Time } from "../../components/time.tsx";
import { VaultHost } from "../../components/vault-host.tsx";
import { rank, shownStateOf } from "../overview/health.ts";
import { isUnfinished } from "./unfinished.tsx";

/** The columns of a list of syncs. @param placeOf says where a sync's secrets come from */
export function syncColumns(
  workspace: string,
  placeOf: (sync: Sync) => string | undefined,
): ReadonlyArray<DataColumn<Sync>> {
  return [
    {
      id: "name",
      header: "Sync",
      width: "28%",
      sortBy: (sync) => sync.name,
      cell: (sync) => (
        <>
          <SyncLink workspace={workspace} sync={sync} />
          <Text size="xs" c="dimmed">
            {placeOf(sync)}
          </Text>
          {sync.failure === null ? null : (
            <Text size="xs" c="var(--kv-danger-text)" mt={4}>
              {sync.failure.message}
            </Text>
          )}
        </>
      ),
    },
    {
      id: "state",
      header: "State",
      width: "200px",
      sortBy: rank,
      cell: (sync) => <StateBadge state={shownStateOf(sync)} />,
    },
    {
      id: "vault",
      header: "Key Vault",
      sortBy: (sync) => sync.vaultUrl ?? "",
      cell: (sync) => (sync.vaultUrl === null ? <Absent /> : <VaultHost url={sync.vaultUrl} />),
    },
    {
      id: "run",
      header: "Last run",
      width: "210px",
      sortBy: (sync) => sync.lastRun?.startedAt ?? "",
      cell: ({ lastRun }) =>
        lastRun === undefined ? (
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
      sortBy: (sync) => sync.retryAt ?? sync.nextScheduledAt ?? "9",
      cell: (sync) => <Time at={sync.retryAt ?? sync.nextScheduledAt} isToCome />,
    },
  ];
}

/** Leads to where a sync goes on: its setup until that is done, its page afterwards. */
function SyncLink({ workspace, sync }: Readonly<{ workspace: string; sync: Sync }>) {
  return (
    <AppLink
      to={isUnfinished(sync) ? "/w/$workspace/syncs/$syncId/setup" : "/w/$workspace/syncs/$syncId"}
      params={{ workspace, syncId: sync.id }}
      fw={600}
      size="sm"
      c="var(--mantine-color-text)"
    >
      {sync.name}
    </AppLink>
  );
}
