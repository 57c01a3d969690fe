import type { NewWebhook } from "../../api/webhooks.ts";
import { OnceDialog } from "../../components/once-dialog.tsx";

type WebhookSecretDialogProps = Readonly<{
  /** A webhook with a secret to be shown; null shows none. */
  webhook: NewWebhook | null;
  onClose: () => void;
}>;

/** Shows what a webhook's deliveries are signed with, the one time that it is told. */
export function WebhookSecretDialog({ webhook, onClose }: WebhookSecretDialogProps) {
  if (webhook === null) return null;
  return (
    <OnceDialog opened onClose={onClose} title="Secret of the webhook" label="Secret" value={webhook.secret}>
      Deliveries to {new URL(webhook.url).host} are signed with it, by the Standard Webhooks scheme. Check the
      signature there, so that nobody else can tell you something.
      {webhook.previousSecretUntil === null
        ? null
        : " For 24 hours they carry the signature of the secret before, too."}
    </OnceDialog>
  );
}
