import { Group, SegmentedControl, Text, Title } from "@mantine/core";
import { IconSend } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import {
  deliveriesQuery,
  type Delivery,
  type DeliveryState,
  type Webhook,
  type WebhookAddress,
} from "../../api/webhooks.ts";
import { AppLink } from "../../components/app-link.tsx";
import { DataTable, type DataColumn } from "../../components/data-table.tsx";
import { DataTableLoading } from "../../components/data-table-loading.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { Pill } from "../../components/state-badge.tsx";
import { Time } from "../../components/time.tsx";
import { without } from "../../shell/search.ts";
import { DELIVERY_STATES, eventName } from "./webhook-words.ts";

const route = getRouteApi("/signed-in/shell/w/$workspace/settings/webhooks/$webhookId");

type DeliveriesProps = Readonly<{ address: WebhookAddress; webhook: Webhook }>;

const isState = (text: string | undefined): text is DeliveryState =>
  text !== undefined && Object.hasOwn(DELIVERY_STATES, text);

const CHOICES = [
  { value: "", label: "All" },
  ...Object.entries(DELIVERY_STATES).map(([value, { word: label }]) => ({ value, label })),
];

/** How telling a webhook went, newest first. Which state is shown stands in the address. */
export function Deliveries({ address, webhook }: DeliveriesProps) {
  const { state: given } = route.useSearch();
  const navigate = route.useNavigate();
  const state = isState(given) ? given : undefined;
  const choose = (value: string): void => {
    const search = value === "" ? {} : { state: value };
    void navigate({ search: (before) => ({ ...without(before, "state"), ...search }), replace: true });
  };
  return (
    <section aria-labelledby="deliveries">
      <Group justify="space-between" gap="xs" mt="lg" mb="sm">
        <Title order={2} id="deliveries">
          Deliveries
        </Title>
        <SegmentedControl
          aria-label="Which deliveries"
          size="xs"
          data={CHOICES}
          value={state ?? ""}
          onChange={choose}
        />
      </Group>
      <DeliveryList address={address} webhook={webhook} state={state} />
    </section>
  );
}

function DeliveryList({
  address,
  webhook,
  state,
}: DeliveriesProps & Readonly<{ state: DeliveryState | undefined }>) {
  const found = useInfiniteQuery(deliveriesQuery(address, state));
  const rows = useMemo(() => found.data?.pages.flatMap(({ deliveries }) => deliveries) ?? [], [found.data]);
  const { workspace, webhookId } = address;
  const columns = useMemo(
    () => deliveryColumns({ workspace, webhookId }, state),
    [workspace, webhookId, state],
  );
  if (found.data === undefined)
    return found.error === null ? (
      <DataTableLoading columns={columns} rows={3} rowHeight={60} />
    ) : (
      <ErrorState error={found.error} onRetry={() => void found.refetch()} />
    );
  if (rows.length === 0)
    return state === undefined ? (
      <EmptyState icon={IconSend} title="Nothing was delivered yet">
        Send a test to see whether it is taken.
      </EmptyState>
    ) : (
      <EmptyState icon={IconSend} title="No delivery is in this state">
        Deliveries are kept for 30 days.
      </EmptyState>
    );
  return (
    <DataTable
      label={`Deliveries to ${new URL(webhook.url).host}`}
      columns={columns}
      rows={rows}
      rowId={({ id }) => id}
      rowHeight={60}
      {...(found.hasNextPage ? { total: "unknown" as const } : {})}
      onEnd={() => {
        if (found.hasNextPage && !found.isFetching) void found.fetchNextPage();
      }}
    />
  );
}

const deliveryColumns = (
  params: WebhookAddress,
  state: DeliveryState | undefined,
): ReadonlyArray<DataColumn<Delivery>> => [
  {
    id: "event",
    header: "Event",
    width: "200px",
    cell: ({ id, event, createdAt }) => (
      <>
        <AppLink
          to="/w/$workspace/settings/webhooks/$webhookId"
          params={params}
          search={{ ...(state === undefined ? {} : { state }), delivery: id }}
          resetScroll={false}
          fw={600}
          size="sm"
          c="var(--mantine-color-text)"
        >
          {eventName(event)}
        </AppLink>
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
    cell: ({ state, problem }) => <DeliveryPill state={state} problem={problem} />,
  },
  {
    id: "answer",
    header: "Last answer",
    cell: ({ responseStatus, problem }) => (
      <Text size="sm">
        {problem?.message ?? (responseStatus === null ? "None yet" : `Status ${responseStatus}`)}
      </Text>
    ),
  },
  {
    id: "attempts",
    header: "Attempts",
    width: "150px",
    cell: ({ attempts, nextAttemptAt }) => (
      <>
        <Text size="sm">{attempts}</Text>
        {nextAttemptAt === null ? null : (
          <Text size="xs" c="dimmed">
            next <Time at={nextAttemptAt} isToCome />
          </Text>
        )}
      </>
    ),
  },
];

/** A delivery's state, in a word. */
export function DeliveryPill({ state, problem }: Pick<Delivery, "state" | "problem">) {
  if (state === "pending" && problem !== null) return <Pill tone="warning">Tried again</Pill>;
  const { tone, word } = DELIVERY_STATES[state];
  return <Pill tone={tone}>{word}</Pill>;
}
