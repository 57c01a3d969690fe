import { Anchor, Text } from "@mantine/core";
import type { AuditEvent } from "../../api/audit.ts";
import { Actor } from "../../components/actor.tsx";
import { actionWords, entityWords, placeWords } from "../../components/audit-words.ts";
import type { DataColumn } from "../../components/data-table.tsx";
import { ExactTime } from "../../components/time.tsx";

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
      cell: (event) => (
        <>
          <Text size="sm">{entityWords(event)}</Text>
          <Text size="xs" c="dimmed">
            {placeWords(event)}
          </Text>
        </>
      ),
    },
    { id: "actor", header: "Who", width: "24%", cell: ({ actor }) => <Actor actor={actor} /> },
    { id: "at", header: "When", width: "216px", cell: ({ at }) => <ExactTime at={at} /> },
  ];
}
