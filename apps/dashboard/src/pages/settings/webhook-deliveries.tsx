import { Button, Text } from "@mantine/core";
import { IconSend } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { queryClient } from "../../api/query-client.ts";
import { deliveriesQuery, redeliver, type Delivery, type Webhook } from "../../api/webhooks.ts";
import { DataTable, type DataColumn } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { LoadingState } from "../../components/loading-state.tsx";
import { Pill } from "../../components/state-badge.tsx";
import type { Tone } from "../../components/state.ts";
import { Time } from "../../components/time.tsx";
import { toast, toastFailure } from "../../components/toast.ts";
import { eventName } from "./webhook-words.ts";

type DeliveriesProps = Readonly<{ workspace: string; webhook: Webhook }>;

const STATES: Readonly<Record<Delivery["state"], Readonly<{ tone: Tone; word: string }>>> = {
  pending: { tone: "info", word: "On its way" },
  delivered: { tone: "success", word: "Taken" },
  failed: { tone: "danger", word: "Given up" },
};

/** How telling a webhook went, newest first. */
export function Deliveries({ workspace, webhook }: DeliveriesProps) {
  const query = deliveriesQuery(workspace, webhook.id);
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(query);
  const rows = useMemo(() => data?.pages.flatMap(({ deliveries }) => deliveries) ?? [], [data]);
  const columns = useMemo(() => deliveryColumns(workspace, webhook.id), [workspace, webhook.id]);

  if (data === undefined)
    return error === null ? (
      <LoadingState rows={3} rowHeight={60} />
    ) : (
      <ErrorState error={error} onRetry={() => void refetch()} />
    );
  if (rows.length === 0)
    return (
      <EmptyState icon={IconSend} title="Nothing was delivered yet">
        Send a test to see whether it is taken.
      </EmptyState>
    );
  return (
    <DataTable
      label={`Deliveries to ${webhook.url}`}
      columns={columns}
      rows={rows}
      rowId={({ id }) => id}
      rowHeight={60}
      {...(hasNextPage ? { total: "unknown" as const } : {})}
      onEnd={() => {
        if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
      }}
    />
  );
}

function deliveryColumns(workspace: string, webhook: string): ReadonlyArray<DataColumn<Delivery>> {
  return [
    {
      id: "event",
      header: "Event",
      width: "20%",
      cell: ({ event, createdAt }) => (
        <>
          <Text size="sm">{eventName(event)}</Text>
          <Text size="xs" c="dimmed">
            <Time at={createdAt} />
          </Text>
        </>
      ),
    },
    {
      id: "state",
      header: "State",
      width: "150px",
      cell: ({ state }) => (
        <Pill tone={STATES[state].tone} moves={state === "pending"}>
          {STATES[state].word}
        </Pill>
      ),
    },
    { id: "answer", header: "Answer", cell: (delivery) => <DeliveryAnswer delivery={delivery} /> },
    {
      id: "attempts",
      header: "Tries",
      width: "150px",
      cell: ({ attempts, nextAttemptAt }) => (
        <>
          <Text size="sm">{attempts}</Text>
          {nextAttemptAt === null ? null : (
            <Text size="xs" c="dimmed">
              next <Time at={nextAttemptAt} />
            </Text>
          )}
        </>
      ),
    },
    {
      id: "actions",
      header: "Actions",
      width: "120px",
      align: "end",
      cell: (delivery) => <Again workspace={workspace} webhook={webhook} delivery={delivery} />,
    },
  ];
}

function DeliveryAnswer({ delivery }: Readonly<{ delivery: Delivery }>) {
  const { responseStatus, responseExcerpt, error } = delivery;
  return (
    <>
      <Text size="sm">{responseStatus === null ? (error ?? "None yet") : `Status ${responseStatus}`}</Text>
      {responseExcerpt === null || responseExcerpt === "" ? null : (
        <Text size="xs" c="dimmed" ff="monospace" lineClamp={3}>
          {responseExcerpt}
        </Text>
      )}
    </>
  );
}

type AgainProps = Readonly<{ workspace: string; webhook: string; delivery: Delivery }>;

function Again({ workspace, webhook, delivery }: AgainProps) {
  const [busy, setBusy] = useState(false);
  async function send(): Promise<void> {
    setBusy(true);
    try {
      await redeliver(workspace, webhook, delivery.id);
      await queryClient.invalidateQueries(deliveriesQuery(workspace, webhook));
      toast("It is on its way again");
    } catch (error) {
      toastFailure("It wasn’t sent again", error);
    } finally {
      setBusy(false);
    }
  }
  return (
    <Button
      variant="subtle"
      size="compact-sm"
      loading={busy}
      aria-label={`Send again: ${eventName(delivery.event)}`}
      onClick={() => void send()}
    >
      Send again
    </Button>
  );
}
