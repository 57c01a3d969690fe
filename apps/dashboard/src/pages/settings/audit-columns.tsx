import { Anchor, Text } from "@mantine/core";
import type { AuditEvent } from "../../api/audit.ts";
import type { DataColumn } from "../../components/data-table.tsx";
import { Absent, ExactTime } from "../../components/time.tsx";
import { actionWords, placeWords } from "./audit-words.ts";

const KINDS = { person: "", token: "token", system: "", anonymous: "not signed in" } as const;

/** @param read opens an entry with all that it holds */
export function auditColumns(read: (event: AuditEvent) => void): ReadonlyArray<DataColumn<AuditEvent>> {
  return [
    {
      id: "action",
      header: "What",
      width: "24%",
      cell: (event) => (
        <Anchor
          component="button"
          type="button"
          size="sm"
          fw={600}
          c="var(--mantine-color-text)"
          ta="start"
          onClick={() => read(event)}
        >
          {actionWords(event.action)}
        </Anchor>
      ),
    },
    {
      id: "entity",
      header: "On",
      cell: (event) => {
        const { name, type } = event.entity;
        return (
          <>
            <Text size="sm">{name ?? type}</Text>
            <Text size="xs" c="dimmed">
              {placeWords(event)}
            </Text>
          </>
        );
      },
    },
    {
      id: "actor",
      header: "Who",
      width: "22%",
      cell: ({ actor }) => (
        <>
          {actor.name === "" ? <Absent /> : <Text size="sm">{actor.name}</Text>}
          <Text size="xs" c="dimmed">
            {KINDS[actor.kind]}
          </Text>
        </>
      ),
    },
    { id: "at", header: "When", width: "216px", cell: ({ at }) => <ExactTime at={at} /> },
  ];
}
