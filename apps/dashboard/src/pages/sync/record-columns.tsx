import { Text } from "@mantine/core";
import type { SyncRecord } from "../../api/sync.ts";
import type { DataColumn } from "../../components/data-table.tsx";
import { OwnerLink } from "../../components/owner-link.tsx";
import { StateBadge } from "../../components/state-badge.tsx";
import { Absent, Time } from "../../components/time.tsx";
import { AdoptButton, RetryButton } from "./record-actions.tsx";
import classes from "./sync.module.css";

/** The columns of a sync's secrets. @param open shows one with all that is known of it */
export function recordColumns(
  mayAct: boolean,
  open: (recordId: string) => void,
): ReadonlyArray<DataColumn<SyncRecord>> {
  return [
    {
      id: "name",
      header: "Secret",
      width: "26%",
      cell: ({ id, secretName, vaultName }) => (
        <>
          <button
            type="button"
            className={classes.linkButton}
            onClick={() => open(id)}
            aria-haspopup="dialog"
          >
            {secretName}
          </button>
          {vaultName === null || vaultName === secretName ? null : (
            <div className="kv-mono">
              <span className="kv-visually-hidden">In the vault: </span>
              <Text span size="xs" c="dimmed" inherit>
                → {vaultName}
              </Text>
            </div>
          )}
        </>
      ),
    },
    {
      id: "state",
      header: "State",
      cell: ({ state, failure, ownedBy }) => (
        <>
          <StateBadge state={state} />
          {failure === null ? null : (
            <>
              <Text size="sm" mt={4}>
                {failure.message}
              </Text>
              <Text size="xs" c="dimmed">
                {failure.hint}
              </Text>
              <OwnerLink failure={failure} ownedBy={ownedBy} />
            </>
          )}
        </>
      ),
    },
    {
      id: "written",
      header: "Written",
      width: "136px",
      isAbsent: ({ writtenAt }) => writtenAt === null,
      cell: ({ writtenAt }) => <Time at={writtenAt} />,
    },
    {
      id: "next",
      header: "Next try",
      width: "130px",
      isAbsent: ({ failure }) => failure === null,
      cell: ({ failure, nextAttemptAt }) =>
        failure === null ? (
          <Absent />
        ) : nextAttemptAt === null || Date.parse(nextAttemptAt) < Date.now() ? (
          <Text size="sm" c="dimmed">
            {nextAttemptAt === null ? "After a change" : "With the next run"}
          </Text>
        ) : (
          <Time at={nextAttemptAt} isToCome />
        ),
    },
    {
      id: "actions",
      header: "Actions",
      width: "150px",
      isAbsent: ({ failure }) => failure === null || !mayAct,
      cell: (record) =>
        record.failure === null || !mayAct ? null : (
          <span className={classes.actions}>
            <RetryButton record={record} />
            {record.adoptable ? <AdoptButton record={record} /> : null}
          </span>
        ),
    },
  ];
}
