import { Button } from "@mantine/core";
import { IconPlus, IconWebhook } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { webhooksQuery, type NewWebhook } from "../../api/webhooks.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { useAddressDialog } from "../../components/use-address-dialog.ts";
import { WebhookDialog } from "./webhook-dialog.tsx";
import { WebhookList } from "./webhook-list.tsx";
import { WebhookSecretDialog } from "./webhook-secret-dialog.tsx";

const route = getRouteApi("/signed-in/shell/w/$workspace/settings/webhooks");

/** The addresses that are told what happens. */
export default function WebhooksPage() {
  const { workspace } = route.useParams();
  const { data: webhooks, error, refetch } = useQuery(webhooksQuery(workspace));
  const { opened: creating, open, close } = useAddressDialog("new");
  const [made, setMade] = useState<NewWebhook | null>(null);
  const create = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      New webhook
    </Button>
  );
  const isEmpty = webhooks?.length === 0;

  return (
    <>
      <PageHeader
        title="Webhooks"
        description="Tells your chat, pager or pipeline when a sync needs somebody. Each delivery is signed, and tried again until it is taken."
        actions={isEmpty ? undefined : create}
      />
      {webhooks === undefined && error !== null ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isEmpty ? (
        <EmptyState icon={IconWebhook} title="No webhook yet" actions={create}>
          Nobody is told when a sync fails, a vault drifts or a key is rotated.
        </EmptyState>
      ) : (
        <WebhookList workspace={workspace} webhooks={webhooks} />
      )}
      <WebhookDialog
        opened={creating}
        onClose={close}
        workspace={workspace}
        webhook={null}
        onMade={setMade}
      />
      <WebhookSecretDialog webhook={made} onClose={() => setMade(null)} />
    </>
  );
}
