import type { DeliveryState, WebhookEvent } from "../../api/webhooks.ts";
import type { Tone } from "../../components/state.ts";

/** What each event means, in the order in which they are offered. */
export const EVENTS: ReadonlyArray<Readonly<{ event: WebhookEvent; name: string; means: string }>> = [
  {
    event: "sync.run.failed",
    name: "Sync failed",
    means: "A sync begins to fail, or fails for another reason. Once, not at every run.",
  },
  { event: "sync.recovered", name: "Sync recovered", means: "A sync that failed is in order again." },
  {
    event: "sync.drift.found",
    name: "Drift found",
    means: "Somebody else changed or deleted in the vault what a sync had written.",
  },
  {
    event: "signing_key.rotated",
    name: "Signing key rotated",
    means: "Assertions are signed with another key from now on.",
  },
];

export const eventName = (event: string): string =>
  event === "webhook.test" ? "Test" : (EVENTS.find((one) => one.event === event)?.name ?? event);

export const DELIVERY_STATES: Readonly<Record<DeliveryState, Readonly<{ tone: Tone; word: string }>>> = {
  pending: { tone: "info", word: "On its way" },
  delivered: { tone: "success", word: "Taken" },
  failed: { tone: "danger", word: "Given up" },
};
