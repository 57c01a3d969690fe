import { z } from "zod";
import type { CallPolicy } from "./policy.ts";

/** The settings that say where webhooks may go: for control, which refuses others, and for workers, which call. */
export const webhookSettings = {
  /** Whether webhooks may go to addresses inside a network. */
  WEBHOOK_PRIVATE: z.stringbool().default(false),
  /** Whether webhooks may go over HTTP without TLS. */
  WEBHOOK_HTTP: z.stringbool().default(false),
};

export function webhookPolicy(
  settings: Readonly<{ WEBHOOK_PRIVATE: boolean; WEBHOOK_HTTP: boolean }>,
): CallPolicy {
  return {
    privateAddresses: settings.WEBHOOK_PRIVATE,
    plainHttp: settings.WEBHOOK_HTTP ? "anywhere" : "nowhere",
  };
}
