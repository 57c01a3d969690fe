import type {
  DeliveryBody,
  DeliveryLogBody,
  NewWebhookBody,
  WebhookBody,
  WebhookEvent,
} from "@kvsync/contracts/api";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { call } from "./call.ts";

/** An address that is told what happens in a workspace. */
export type Webhook = WebhookBody;
/** A webhook with its secret: the answer to its creation, and to a rotation. */
export type NewWebhook = NewWebhookBody;
export type { WebhookEvent };
export type Delivery = DeliveryBody;
export type DeliveryLog = DeliveryLogBody;
export type DeliveryState = Delivery["state"];

/** Of which workspace, and which of its webhooks. */
export type WebhookAddress = Readonly<{ workspace: string; webhookId: string }>;
export type WebhookWish = Readonly<{ url: string; description: string; events: readonly WebhookEvent[] }>;

const LIST = "/v1/workspace/{workspace}/webhooks";
const ONE = "/v1/workspace/{workspace}/webhooks/{webhookId}";

export const webhooksQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["workspace", workspace, "webhooks"],
    queryFn: ({ signal }) => call("GET", LIST, { params: { workspace }, signal }),
  });

const keyOf = ({ workspace, webhookId }: WebhookAddress) =>
  ["workspace", workspace, "webhooks", webhookId] as const;

export const webhookQuery = (address: WebhookAddress) =>
  queryOptions({
    queryKey: [...keyOf(address), "itself"],
    queryFn: ({ signal }) => call("GET", ONE, { params: address, signal }),
    refetchInterval: 5_000,
  });

/** The deliveries to a webhook, newest first. @param state those in one state alone */
export const deliveriesQuery = (address: WebhookAddress, state?: DeliveryState) =>
  infiniteQueryOptions({
    queryKey: [...keyOf(address), "deliveries", state ?? "all"],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      call("GET", `${ONE}/deliveries`, {
        params: address,
        query: {
          ...(pageParam === undefined ? {} : { cursor: pageParam }),
          ...(state === undefined ? {} : { state }),
        },
        signal,
      }),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: 5_000,
  });

export const deliveryQuery = (address: WebhookAddress, deliveryId: string) =>
  queryOptions({
    queryKey: [...keyOf(address), "delivery", deliveryId],
    queryFn: ({ signal }): Promise<DeliveryLog> =>
      call("GET", `${ONE}/deliveries/{deliveryId}`, { params: { ...address, deliveryId }, signal }),
    refetchInterval: 5_000,
  });

/** @throws {ApiFailure} 400 `VALIDATION`, also for an address that may not be called */
export const createWebhook = (workspace: string, { events, ...wish }: WebhookWish): Promise<NewWebhook> =>
  call("POST", LIST, { params: { workspace }, body: { ...wish, events: [...events] } });

export const changeWebhook = (
  params: WebhookAddress,
  { events, ...change }: Partial<WebhookWish & Readonly<{ enabled: boolean }>>,
): Promise<Webhook> =>
  call("PATCH", ONE, {
    params,
    body: { ...change, ...(events === undefined ? {} : { events: [...events] }) },
  });

export const deleteWebhook = (params: WebhookAddress): Promise<unknown> => call("DELETE", ONE, { params });

/** Another secret; the one before signs too for a day. */
export const rotateSecret = (params: WebhookAddress): Promise<NewWebhook> =>
  call("POST", `${ONE}/rotate-secret`, { params, body: {} });

/** Sends a delivery that says that it is a test. */
export const testWebhook = (params: WebhookAddress): Promise<Delivery> =>
  call("POST", `${ONE}/test`, { params, body: {} });

/** Sends the same delivery again. */
export const redeliver = (address: WebhookAddress, deliveryId: string): Promise<Delivery> =>
  call("POST", `${ONE}/deliveries/{deliveryId}/redeliver`, {
    params: { ...address, deliveryId },
    body: {},
  });
