import { Button, Card, Group, Menu, Stack, Switch, Text, Title } from "@mantine/core";
import { IconEdit, IconSend, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { queryClient } from "../../api/query-client.ts";
import {
  changeWebhook,
  deleteWebhook,
  deliveriesQuery,
  testWebhook,
  webhooksQuery,
  type Webhook,
} from "../../api/webhooks.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { Note } from "../../components/failure-note.tsx";
import { RowMenu } from "../../components/row-menu.tsx";
import { toast, toastFailure } from "../../components/toast.ts";
import { useDialog } from "../../components/use-dialog.ts";
import { Deliveries } from "./webhook-deliveries.tsx";
import { WebhookDialog } from "./webhook-dialog.tsx";
import { eventName } from "./webhook-words.ts";

type WebhookListProps = Readonly<{ workspace: string; webhooks: readonly Webhook[] }>;

/** Each webhook with what it is told, and below it, when that is asked for, its deliveries. */
export function WebhookList({ workspace, webhooks }: WebhookListProps) {
  const changing = useDialog<Webhook>();
  const deleting = useDialog<Webhook>();
  return (
    <>
      <Stack gap="md">
        {webhooks.map((webhook) => (
          <WebhookCard
            key={webhook.id}
            workspace={workspace}
            webhook={webhook}
            onChange={() => changing.open(webhook)}
            onDelete={() => deleting.open(webhook)}
          />
        ))}
      </Stack>
      {changing.subject === null ? null : (
        <WebhookDialog
          opened={changing.opened}
          onClose={changing.close}
          workspace={workspace}
          webhook={changing.subject}
        />
      )}
      {deleting.subject === null ? null : (
        <ConfirmDialog
          opened={deleting.opened}
          onClose={deleting.close}
          title="Delete the webhook?"
          action="Delete"
          dangerous
          onConfirm={async () => {
            if (deleting.subject === null) return;
            await deleteWebhook(workspace, deleting.subject.id);
            await queryClient.invalidateQueries(webhooksQuery(workspace));
            toast("The webhook was deleted");
          }}
        >
          {deleting.subject.url} is told nothing any more, and its log of deliveries goes with it.
        </ConfirmDialog>
      )}
    </>
  );
}

type WebhookCardProps = Readonly<{
  workspace: string;
  webhook: Webhook;
  onChange: () => void;
  onDelete: () => void;
}>;

function WebhookCard({ workspace, webhook, onChange, onDelete }: WebhookCardProps) {
  const { id, url, events, enabled, disabledReason } = webhook;
  const [isOpen, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);

  async function attempt(failed: string, work: () => Promise<void>): Promise<void> {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      toastFailure(failed, error);
    } finally {
      setBusy(false);
    }
  }
  const enable = (next: boolean): Promise<void> =>
    attempt("The webhook wasn’t changed", async () => {
      await changeWebhook(workspace, id, { enabled: next });
      await queryClient.invalidateQueries(webhooksQuery(workspace));
      toast(next ? "The webhook is on" : "The webhook is off");
    });
  const test = (): Promise<void> =>
    attempt("The test wasn’t sent", async () => {
      await testWebhook(workspace, id);
      await queryClient.invalidateQueries(deliveriesQuery(workspace, id));
      setOpen(true);
      toast("A test is on its way");
    });

  return (
    <Card component="section" aria-labelledby={id}>
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <div style={{ minWidth: 0 }}>
            <Title order={2} id={id} style={{ overflowWrap: "anywhere" }}>
              {url}
            </Title>
            <Text size="sm" c="dimmed">
              {events.map((event) => eventName(event)).join(" · ")}
            </Text>
          </div>
          <RowMenu of={url}>
            <Menu.Item leftSection={<IconEdit size={16} aria-hidden />} onClick={onChange}>
              Change
            </Menu.Item>
            <Menu.Item
              color="var(--kv-danger-text)"
              leftSection={<IconTrash size={16} aria-hidden />}
              onClick={onDelete}
            >
              Delete
            </Menu.Item>
          </RowMenu>
        </Group>
        {disabledReason === null ? null : (
          <Note tone="warning" title="Switched off by itself">
            {disabledReason}
          </Note>
        )}
        <Group justify="space-between">
          <Switch
            label="Enabled"
            aria-label={`Enabled: ${url}`}
            checked={enabled}
            disabled={busy}
            onChange={(event) => void enable(event.currentTarget.checked)}
          />
          <Group gap="xs">
            <Button
              variant="default"
              size="xs"
              leftSection={<IconSend size={15} aria-hidden />}
              loading={busy}
              onClick={() => void test()}
            >
              Send a test
            </Button>
            <Button variant="default" size="xs" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
              Deliveries
            </Button>
          </Group>
        </Group>
        {isOpen ? <Deliveries workspace={workspace} webhook={webhook} /> : null}
      </Stack>
    </Card>
  );
}
