import { Text } from "@mantine/core";
import type { PlanAction } from "../../api/sync.ts";
import type { DataColumn } from "../../components/data-table.tsx";
import { OwnerLink } from "../../components/owner-link.tsx";
import { Pill } from "../../components/state-badge.tsx";
import { Absent } from "../../components/time.tsx";
import { KINDS } from "./plan-words.ts";
import classes from "./sync.module.css";

export const planColumns: ReadonlyArray<DataColumn<PlanAction>> = [
  {
    id: "secret",
    header: "Secret",
    width: "22%",
    cell: ({ secretName }) => <strong style={{ overflowWrap: "anywhere" }}>{secretName}</strong>,
  },
  {
    id: "kind",
    header: "What would be done",
    width: "170px",
    cell: ({ kind }) => <Pill tone={KINDS[kind].tone}>{KINDS[kind].label}</Pill>,
  },
  {
    id: "vault",
    header: "In the vault",
    width: "20%",
    cell: ({ vaultName }) =>
      vaultName === null ? <Absent /> : <span className={classes.mono}>{vaultName}</span>,
  },
  {
    id: "why",
    header: "Why",
    cell: ({ reason, failure, ownedBy }) =>
      failure === null ? (
        (sentence(reason) ?? <Absent />)
      ) : (
        <>
          {failure.message}
          <Text size="xs" c="dimmed">
            {failure.hint}
          </Text>
          <OwnerLink failure={failure} ownedBy={ownedBy} />
        </>
      ),
  },
];

function sentence(reason: string | null): string | undefined {
  return reason === null ? undefined : `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
}
