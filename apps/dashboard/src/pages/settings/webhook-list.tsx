import { Text } from "@mantine/core";
import { useMemo } from "react";
import type { Webhook } from "../../api/webhooks.ts";
import { AppLink } from "../../components/app-link.tsx";
import { DataTable, type DataColumn } from "../../components/data-table.tsx";
import { DataTableLoading } from "../../components/data-table-loading.tsx";
import { Pill } from "../../components/state-badge.tsx";
import { Absent, Time } from "../../components/time.tsx";
import { DELIVERY_STATES, eventName } from "./webhook-words.ts";

type WebhookListProps = Readonly<{ workspace: string; webhooks: readonly Webhook[] | undefined }>;

/** Each webhook with what it is told and how it does; its page has the rest. */
export function WebhookList({ workspace, webhooks }: WebhookListProps) {
  const columns = useMemo(() => webhookColumns(workspace), [workspace]);
  if (webhooks === undefined) return <DataTableLoading columns={columns} rows={3} rowHeight={60} />;
  return (
    <DataTable label="Webhooks" columns={columns} rows={webhooks} rowId={({ id }) => id} rowHeight={60} />
  );
}

const webhookColumns = (workspace: string): ReadonlyArray<DataColumn<Webhook>> => [
  {
    id: "address",
    header: "Webhook",
    width: "38%",
    cell: ({ id, url, description }) => (
      <>
        <AppLink
          to="/w/$workspace/settings/webhooks/$webhookId"
          params={{ workspace, webhookId: id }}
          fw={600}
          size="sm"
          c="var(--mantine-color-text)"
          style={{ overflowWrap: "anywhere" }}
        >
          {description === "" ? new URL(url).host : description}
        </AppLink>
        <Text size="xs" c="dimmed" lineClamp={1} style={{ overflowWrap: "anywhere" }}>
          {url}
        </Text>
      </>
    ),
  },
  {
    id: "events",
    header: "Is told",
    cell: ({ events }) => <Text size="sm">{events.map(eventName).join(", ")}</Text>,
  },
  { id: "state", header: "State", width: "150px", cell: (webhook) => <WebhookState webhook={webhook} /> },
  {
    id: "last",
    header: "Last delivery",
    width: "160px",
    cell: ({ lastDelivery }) =>
      lastDelivery === null ? (
        <Absent />
      ) : (
        <>
          <Text size="sm">{DELIVERY_STATES[lastDelivery.state].word}</Text>
          <Text size="xs" c="dimmed">
            <Time at={lastDelivery.at} />
          </Text>
        </>
      ),
  },
];

/** How a webhook does, in a word. */
export function WebhookState({ webhook }: Readonly<{ webhook: Webhook }>) {
  const { enabled, disabled, failingSince } = webhook;
  if (!enabled)
    return disabled === null || disabled.reason === "by-hand" ? (
      <Pill tone="neutral">Off</Pill>
    ) : (
      <Pill tone="danger">Switched off</Pill>
    );
  return failingSince === null ? <Pill tone="success">On</Pill> : <Pill tone="warning">Failing</Pill>;
}
