import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { addressOf } from "./call.ts";
import { request } from "./client.ts";

export const WEBHOOK_EVENTS = ["run.failed", "sync.recovered", "drift.found", "key.rotated"] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** An address that is told what happens in a workspace. */
export type Webhook = Readonly<{
  id: string;
  url: string;
  events: readonly WebhookEvent[];
  enabled: boolean;
  /** Why it was switched off by itself, or null. */
  disabledReason: string | null;
  createdAt: string;
  lastDelivery: Readonly<{ at: string; state: DeliveryState }> | null;
}>;

/** A webhook that was just made: the only answer that has what its deliveries are signed with. */
export type NewWebhook = Webhook & Readonly<{ secret: string }>;

export type DeliveryState = "pending" | "delivered" | "failed";

export type Delivery = Readonly<{
  id: string;
  event: string;
  createdAt: string;
  state: DeliveryState;
  attempts: number;
  nextAttemptAt: string | null;
  /** The last answer's status; null where there was none. */
  responseStatus: number | null;
  /** The last answer's beginning. */
  responseExcerpt: string | null;
  /** Why there was no answer. */
  error: string | null;
}>;

type DeliveryPage = Readonly<{ deliveries: readonly Delivery[]; nextCursor: string | null }>;
export type WebhookWish = Readonly<{ url: string; events: readonly WebhookEvent[] }>;

const LIST = "/v1/workspace/{workspace}/webhooks";
const ONE = `${LIST}/{id}`;

export const webhooksQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["workspace", workspace, "webhooks"],
    queryFn: ({ signal }) =>
      request<readonly Webhook[]>("GET", addressOf(LIST, { params: { workspace } }), { signal }),
  });

export const deliveriesQuery = (workspace: string, id: string) =>
  infiniteQueryOptions({
    queryKey: ["workspace", workspace, "webhook", id, "deliveries"],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      request<DeliveryPage>(
        "GET",
        addressOf(`${ONE}/deliveries`, { params: { workspace, id }, query: { cursor: pageParam } }),
        { signal },
      ),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: 5_000,
  });

/** @throws {ApiFailure} 400 `VALIDATION`, also for an address that may not be called */
export const createWebhook = (workspace: string, body: WebhookWish): Promise<NewWebhook> =>
  request("POST", addressOf(LIST, { params: { workspace } }), { body });

export const changeWebhook = (
  workspace: string,
  id: string,
  body: Partial<WebhookWish & Readonly<{ enabled: boolean }>>,
): Promise<Webhook> => request("PATCH", addressOf(ONE, { params: { workspace, id } }), { body });

export const deleteWebhook = (workspace: string, id: string): Promise<void> =>
  request("DELETE", addressOf(ONE, { params: { workspace, id } }));

/** Sends a delivery that says that it is a test. */
export const testWebhook = (workspace: string, id: string): Promise<Delivery> =>
  request("POST", addressOf(`${ONE}/test`, { params: { workspace, id } }), { body: {} });

/** Sends the same delivery again. */
export const redeliver = (workspace: string, id: string, delivery: string): Promise<Delivery> =>
  request(
    "POST",
    addressOf(`${ONE}/deliveries/{delivery}/redeliver`, { params: { workspace, id, delivery } }),
    { body: {} },
  );
