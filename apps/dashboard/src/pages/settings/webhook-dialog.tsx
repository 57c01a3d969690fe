import { Button, Checkbox, Group, Modal, Stack, TextInput } from "@mantine/core";
import { queryClient } from "../../api/query-client.ts";
import {
  changeWebhook,
  createWebhook,
  webhooksQuery,
  type NewWebhook,
  type Webhook,
  type WebhookEvent,
} from "../../api/webhooks.ts";
import { FormProblem } from "../../components/form-problem.tsx";
import { toast } from "../../components/toast.ts";
import { useApiForm } from "../../components/use-api-form.ts";
import { EVENTS } from "./webhook-words.ts";

type WebhookFormProps = Readonly<{
  onClose: () => void;
  workspace: string;
  /** The one to change; null makes one. */
  webhook: Webhook | null;
  onMade?: (webhook: NewWebhook) => void;
}>;

/** Asks whom to tell what. */
export function WebhookDialog({ opened, ...props }: WebhookFormProps & Readonly<{ opened: boolean }>) {
  const title = props.webhook === null ? "New webhook" : "Change the webhook";
  return (
    <Modal opened={opened} onClose={props.onClose} title={title} size="lg">
      <WebhookForm {...props} />
    </Modal>
  );
}

function WebhookForm({ onClose, workspace, webhook, onMade }: WebhookFormProps) {
  const form = useApiForm(
    {
      initialValues: {
        url: webhook?.url ?? "",
        description: webhook?.description ?? "",
        events: [...(webhook?.events ?? EVENTS.map(({ event }) => event))],
      },
      validate: {
        events: (events: readonly WebhookEvent[]) => (events.length === 0 ? "Choose at least one" : null),
      },
    },
    async ({ url, description, events }) => {
      const wish = { url: url.trim(), description: description.trim(), events };
      const made = webhook === null ? await createWebhook(workspace, wish) : null;
      if (webhook !== null) await changeWebhook({ workspace, webhookId: webhook.id }, wish);
      await queryClient.invalidateQueries({ queryKey: webhooksQuery(workspace).queryKey });
      onClose();
      if (made === null) toast("The webhook was changed");
      else onMade?.(made);
    },
  );
  return (
    <form onSubmit={form.send}>
      <Stack gap="md">
        <FormProblem problem={form.problem} />
        <TextInput
          label="Address"
          description="Gets a POST with JSON. It must be https, and the workers must reach it."
          placeholder="https://example.com/kvsync"
          type="url"
          required
          autoComplete="off"
          data-autofocus
          {...form.getInputProps("url")}
        />
        <TextInput
          label="Description"
          description="What it is for, for people."
          placeholder="The on-call channel"
          autoComplete="off"
          {...form.getInputProps("description")}
        />
        <Checkbox.Group label="Events" withAsterisk {...form.getInputProps("events")}>
          <Stack gap="xs" mt={4}>
            {EVENTS.map(({ event, name, means }) => (
              <Checkbox key={event} value={event} label={name} description={means} />
            ))}
          </Stack>
        </Checkbox.Group>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={form.sending}>
            {webhook === null ? "Create webhook" : "Save"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
