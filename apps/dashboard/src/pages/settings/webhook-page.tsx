import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { ApiFailure } from "../../api/failure.ts";
import { webhookQuery, type Webhook, type WebhookAddress } from "../../api/webhooks.ts";
import { AppLink } from "../../components/app-link.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { Note } from "../../components/failure-note.tsx";
import { LoadingState } from "../../components/loading-state.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { ExactTime } from "../../components/time.tsx";
import { NotFound } from "../../shell/not-found.tsx";
import { DeliveryDrawer } from "./delivery-drawer.tsx";
import { WebhookActions } from "./webhook-actions.tsx";
import { Deliveries } from "./webhook-deliveries.tsx";
import { WebhookState } from "./webhook-list.tsx";
import { eventName } from "./webhook-words.ts";

const route = getRouteApi("/signed-in/shell/w/$workspace/settings/webhooks/$webhookId");

/** One webhook: how it does, what was and is to be delivered, and each attempt. */
export default function WebhookPage() {
  const address: WebhookAddress = route.useParams();
  const { delivery } = route.useSearch();
  const { data: webhook, error, refetch } = useQuery(webhookQuery(address));
  if (error instanceof ApiFailure && error.status === 404) return <NotFound />;
  if (webhook === undefined)
    return error === null ? (
      <LoadingState rowHeight={60} />
    ) : (
      <ErrorState error={error} onRetry={() => void refetch()} />
    );
  const { url, description, events } = webhook;
  return (
    <>
      <PageHeader
        title={description === "" ? new URL(url).host : description}
        breadcrumbs={[
          <AppLink key="webhooks" to="/w/$workspace/settings/webhooks" params={address}>
            Webhooks
          </AppLink>,
        ]}
        badge={<WebhookState webhook={webhook} />}
        description={
          <>
            <span style={{ overflowWrap: "anywhere" }}>{url}</span>
            <Text span inherit display="block">
              Is told: {events.map(eventName).join(", ")}
            </Text>
          </>
        }
        actions={<WebhookActions address={address} webhook={webhook} />}
      />
      <Health webhook={webhook} />
      <Deliveries address={address} webhook={webhook} />
      <DeliveryDrawer address={address} webhook={webhook} deliveryId={delivery} />
    </>
  );
}

function Health({
  webhook: { disabled, failingSince, previousSecretUntil },
}: Readonly<{ webhook: Webhook }>) {
  if (disabled !== null && disabled.reason !== "by-hand")
    return (
      <Note tone="danger" title="It was switched off by itself, and is told nothing.">
        {disabled.message} Mend the receiver, then switch the webhook on.
      </Note>
    );
  return (
    <>
      {failingSince === null || disabled !== null ? null : (
        <Note tone="warning" title="The receiver takes no deliveries.">
          It has taken none since <ExactTime at={failingSince} />. Each is tried again for about a day; after
          five days without any success the webhook is switched off.
        </Note>
      )}
      {previousSecretUntil === null ? null : (
        <Note tone="info" title="Deliveries are signed with two secrets.">
          The one before the last rotation signs until <ExactTime at={previousSecretUntil} />.
        </Note>
      )}
    </>
  );
}
