import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus, IconWebhook } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { webhooksQuery, type NewWebhook } from "../../api/webhooks.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { LoadingState } from "../../components/loading-state.tsx";
import { OnceDialog } from "../../components/once-dialog.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { useDialog } from "../../components/use-dialog.ts";
import { WebhookDialog } from "./webhook-dialog.tsx";
import { WebhookList } from "./webhook-list.tsx";

const route = getRouteApi("/signed-in/shell/w/$workspace/settings/webhooks");

/** The addresses that are told what happens, and how telling them went. */
export default function WebhooksPage() {
  const { workspace } = route.useParams();
  const { data: webhooks, error, refetch } = useQuery(webhooksQuery(workspace));
  const [creating, { open, close }] = useDisclosure();
  const shown = useDialog<NewWebhook>();
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
        actions={webhooks === undefined || isEmpty ? undefined : create}
      />
      {webhooks === undefined ? (
        error === null ? (
          <LoadingState rowHeight={60} />
        ) : (
          <ErrorState error={error} onRetry={() => void refetch()} />
        )
      ) : isEmpty ? (
        <EmptyState icon={IconWebhook} title="No webhook yet" actions={create}>
          Nobody is told when a run fails, a vault drifts or a key is rotated.
        </EmptyState>
      ) : (
        <WebhookList workspace={workspace} webhooks={webhooks} />
      )}
      <WebhookDialog
        opened={creating}
        onClose={close}
        workspace={workspace}
        webhook={null}
        onMade={shown.open}
      />
      {shown.subject === null ? null : (
        <OnceDialog
          opened={shown.opened}
          onClose={shown.close}
          title="Secret of the webhook"
          label="Secret"
          value={shown.subject.secret}
        >
          Deliveries to {new URL(shown.subject.url).host} are signed with it. Check the signature there, so
          that nobody else can tell you something.
        </OnceDialog>
      )}
    </>
  );
}
