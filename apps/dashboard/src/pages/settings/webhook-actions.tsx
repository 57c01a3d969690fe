import { Button, Group, Menu, Switch } from "@mantine/core";
import { IconEdit, IconKey, IconSend, IconTrash } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { queryClient } from "../../api/query-client.ts";
import {
  changeWebhook,
  deleteWebhook,
  rotateSecret,
  testWebhook,
  webhooksQuery,
  type NewWebhook,
  type Webhook,
  type WebhookAddress,
} from "../../api/webhooks.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { RowMenu } from "../../components/row-menu.tsx";
import { toast, toastFailure } from "../../components/toast.ts";
import { useDialog } from "../../components/use-dialog.ts";
import { WebhookDialog } from "./webhook-dialog.tsx";
import { WebhookSecretDialog } from "./webhook-secret-dialog.tsx";

type WebhookActionsProps = Readonly<{ address: WebhookAddress; webhook: Webhook }>;

/** Everything that is known of the workspace's webhooks and their deliveries is asked anew. */
const refresh = ({ workspace }: WebhookAddress): Promise<void> =>
  queryClient.invalidateQueries({ queryKey: webhooksQuery(workspace).queryKey });

/** What can be done with a webhook. */
export function WebhookActions({ address, webhook }: WebhookActionsProps) {
  const navigate = useNavigate();
  const dialog = useDialog<"change" | "rotate" | "delete">();
  const [rotated, setRotated] = useState<NewWebhook | null>(null);
  const [busy, setBusy] = useState(false);
  const { enabled } = webhook;
  const isOpen = (which: typeof dialog.subject): boolean => dialog.opened && dialog.subject === which;

  async function attempt(failed: string, work: () => Promise<string>): Promise<void> {
    setBusy(true);
    try {
      const done = await work();
      await refresh(address);
      toast(done);
    } catch (error) {
      toastFailure(failed, error);
    } finally {
      setBusy(false);
    }
  }
  const enable = (next: boolean): Promise<void> =>
    attempt("The webhook wasn’t changed", async () => {
      await changeWebhook(address, { enabled: next });
      return next ? "The webhook is on" : "The webhook is off";
    });
  const test = (): Promise<void> =>
    attempt("The test wasn’t sent", async () => {
      await testWebhook(address);
      return "A test is on its way";
    });

  return (
    <>
      <Group gap="sm">
        <Switch
          label="Enabled"
          checked={enabled}
          disabled={busy}
          onChange={(event) => void enable(event.currentTarget.checked)}
        />
        <Button
          variant="default"
          leftSection={<IconSend size={16} aria-hidden />}
          disabled={!enabled || busy}
          onClick={() => void test()}
        >
          Send a test
        </Button>
        <RowMenu of="the webhook">
          <Menu.Item leftSection={<IconEdit size={16} aria-hidden />} onClick={() => dialog.open("change")}>
            Change
          </Menu.Item>
          <Menu.Item leftSection={<IconKey size={16} aria-hidden />} onClick={() => dialog.open("rotate")}>
            New secret
          </Menu.Item>
          <Menu.Item
            color="var(--kv-danger-text)"
            leftSection={<IconTrash size={16} aria-hidden />}
            onClick={() => dialog.open("delete")}
          >
            Delete
          </Menu.Item>
        </RowMenu>
      </Group>
      <WebhookDialog
        opened={isOpen("change")}
        onClose={dialog.close}
        workspace={address.workspace}
        webhook={webhook}
      />
      <ConfirmDialog
        opened={isOpen("rotate")}
        onClose={dialog.close}
        title="Give the webhook a new secret?"
        action="Make a new secret"
        onConfirm={async () => {
          setRotated(await rotateSecret(address));
          await refresh(address);
        }}
      >
        For 24 hours deliveries carry the signatures of both, so that you can change the receiver without
        missing one. To be rid at once of a secret that leaked, do it twice.
      </ConfirmDialog>
      <ConfirmDialog
        opened={isOpen("delete")}
        onClose={dialog.close}
        title="Delete the webhook?"
        action="Delete"
        dangerous
        onConfirm={async () => {
          await deleteWebhook(address);
          await navigate({ to: "/w/$workspace/settings/webhooks", params: address });
          await refresh(address);
          toast("The webhook was deleted");
        }}
      >
        {new URL(webhook.url).host} is told nothing any more, and the log of its deliveries goes with it.
      </ConfirmDialog>
      <WebhookSecretDialog webhook={rotated} onClose={() => setRotated(null)} />
    </>
  );
}
