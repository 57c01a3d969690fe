import type { WebhookEvent } from "../../api/webhooks.ts";

/** What each event means, in the order in which they are offered. */
export const EVENTS: ReadonlyArray<Readonly<{ event: WebhookEvent; name: string; means: string }>> = [
  { event: "run.failed", name: "Run failed", means: "A run ended with failures, or not at all." },
  { event: "sync.recovered", name: "Recovered", means: "A run succeeded after one that failed." },
  {
    event: "drift.found",
    name: "Drift found",
    means: "Somebody changed in the vault what a sync had written.",
  },
  { event: "key.rotated", name: "Key rotated", means: "Assertions are signed with another key from now on." },
];

export const eventName = (event: string): string => EVENTS.find((one) => one.event === event)?.name ?? event;
