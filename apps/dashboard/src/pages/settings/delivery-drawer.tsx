import { Button, Drawer, Group, List, Stack, Text, Title } from "@mantine/core";
import { IconSend } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { queryClient } from "../../api/query-client.ts";
import {
  deliveryQuery,
  redeliver,
  webhooksQuery,
  type DeliveryLog,
  type Webhook,
  type WebhookAddress,
} from "../../api/webhooks.ts";
import { CodeBlock } from "../../components/code-block.tsx";
import { CopyField } from "../../components/copy-field.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { Note } from "../../components/failure-note.tsx";
import { LoadingState } from "../../components/loading-state.tsx";
import { Duration, ExactTime } from "../../components/time.tsx";
import { toast, toastFailure } from "../../components/toast.ts";
import { without } from "../../shell/search.ts";
import { DeliveryPill } from "./webhook-deliveries.tsx";
import { eventName } from "./webhook-words.ts";

const route = getRouteApi("/signed-in/shell/w/$workspace/settings/webhooks/$webhookId");

type DeliveryDrawerProps = Readonly<{
  address: WebhookAddress;
  webhook: Webhook;
  deliveryId: string | undefined;
}>;

/** One delivery beside the list: what went wrong, its attempts and its body. */
export function DeliveryDrawer({ deliveryId, ...rest }: DeliveryDrawerProps) {
  const navigate = route.useNavigate();
  const close = (): void => {
    void navigate({ search: (before) => without(before, "delivery"), resetScroll: false });
  };
  return (
    <Drawer
      opened={deliveryId !== undefined}
      onClose={close}
      position="right"
      size="min(560px, 100vw)"
      title="Delivery"
      closeButtonProps={{ "aria-label": "Close" }}
      attributes={{ header: { role: "none" } }}
    >
      {deliveryId === undefined ? null : <Content {...rest} deliveryId={deliveryId} />}
    </Drawer>
  );
}

type ContentProps = Omit<DeliveryDrawerProps, "deliveryId"> & Readonly<{ deliveryId: string }>;

function Content({ address, webhook, deliveryId }: ContentProps) {
  const { data, error, refetch } = useQuery(deliveryQuery(address, deliveryId));
  if (data === undefined)
    return error === null ? (
      <LoadingState rows={5} />
    ) : (
      <ErrorState error={error} onRetry={() => void refetch()} />
    );
  const { event, state, problem, messageId, payload, nextAttemptAt } = data;
  return (
    <Stack gap="md">
      <Group gap="sm">
        <Title order={2}>{eventName(event)}</Title>
        <DeliveryPill state={state} problem={problem} />
      </Group>
      {problem === null ? null : (
        <Note tone={state === "failed" ? "danger" : "warning"} title={problem.message} code={problem.code}>
          {problem.hint}
        </Note>
      )}
      <Again address={address} webhook={webhook} deliveryId={deliveryId} event={event} />
      <CopyField label="Message ID (webhook-id)" value={messageId} />
      <section aria-labelledby="attempts">
        <Title order={3} id="attempts" mb="xs">
          Attempts
        </Title>
        <Attempts log={data.log} />
        {nextAttemptAt === null ? null : (
          <Text size="sm" c="dimmed" mt="xs">
            Next attempt: <ExactTime at={nextAttemptAt} />
          </Text>
        )}
      </section>
      <section aria-labelledby="body">
        <Title order={3} id="body" mb="xs">
          Body
        </Title>
        <CodeBlock label="Body of the delivery" code={payload}>
          {JSON.stringify(JSON.parse(payload), null, 2)}
        </CodeBlock>
      </section>
    </Stack>
  );
}

function Attempts({ log }: Pick<DeliveryLog, "log">) {
  if (log.length === 0)
    return (
      <Text size="sm" c="dimmed">
        None yet.
      </Text>
    );
  return (
    <List type="ordered" size="sm" spacing="xs">
      {log.map(({ number, startedAt, durationMs, responseStatus, problem }) => (
        <List.Item key={number}>
          <ExactTime at={startedAt} />
          {durationMs === null ? null : (
            <>
              , <Duration ms={durationMs} />
            </>
          )}
          {": "}
          {problem?.message ??
            (responseStatus === null ? "under way" : `taken with status ${responseStatus}`)}
        </List.Item>
      ))}
    </List>
  );
}

function Again({ address, webhook, deliveryId, event }: ContentProps & Readonly<{ event: string }>) {
  const [busy, setBusy] = useState(false);
  async function send(): Promise<void> {
    setBusy(true);
    try {
      await redeliver(address, deliveryId);
      await queryClient.invalidateQueries({ queryKey: webhooksQuery(address.workspace).queryKey });
      toast("It is on its way again");
    } catch (error) {
      toastFailure("It wasn’t sent again", error);
    } finally {
      setBusy(false);
    }
  }
  return (
    <Group>
      <Button
        variant="default"
        size="xs"
        leftSection={<IconSend size={15} aria-hidden />}
        loading={busy}
        disabled={!webhook.enabled}
        aria-label={`Send again: ${eventName(event)}`}
        onClick={() => void send()}
      >
        Send again
      </Button>
    </Group>
  );
}
