/** Why an attempt to deliver failed: codes that stay the same, what happened, and what to do about it. */
export const deliveryProblems = {
  ANSWERED_WITH_ERROR: {
    message: "The receiver answered with status {status}.",
    hint: "Look into the receiver's log. Any status from 200 to 299 means that the delivery was taken.",
  },
  REDIRECTED: {
    message: "The receiver answered with a redirect (status {status}), which isn't followed.",
    hint: "Enter the address to which it redirects as the webhook's address.",
  },
  GONE: {
    message: "The receiver answered with status 410: it takes no more deliveries.",
    hint: "The webhook was switched off. Switch it on again when the receiver is back.",
  },
  TIMED_OUT: {
    message: "The receiver didn't answer in time.",
    hint: "Answer at once, and do the work afterwards.",
  },
  NAME_NOT_RESOLVED: {
    message: "The host's name doesn't resolve.",
    hint: "Check the address for a typing error, and the name servers of the workers.",
  },
  CONNECTION_REFUSED: {
    message: "Nothing listens at the webhook's address.",
    hint: "Check the address and its port, and that the receiver is running.",
  },
  CONNECTION_LOST: {
    message: "The connection to the receiver failed before it answered.",
    hint: "Check the way from the workers to the receiver: firewalls, proxies, the receiver itself.",
  },
  TLS_FAILED: {
    message: "No trusted TLS connection to the receiver came about.",
    hint: "Check the receiver's certificate. A certificate authority of your own is given to the workers in NODE_EXTRA_CA_CERTS.",
  },
  ADDRESS_REFUSED: {
    message: "The address isn't called: it isn't https, or leads to the inside of a network.",
    hint: "Use a public https address, or allow others with WEBHOOK_PRIVATE and WEBHOOK_HTTP.",
  },
  INTERRUPTED: {
    message: "The worker ended before it knew an answer.",
    hint: "It is sent again with the same webhook-id; the receiver may have had it already.",
  },
  SECRET_UNREADABLE: {
    message: "The webhook's secret can't be read.",
    hint: "KEY_ENCRYPTION_KEY is another one than when the secret was made. Give the workers the right one, or rotate the webhook's secret.",
  },
  SWITCHED_OFF: {
    message: "The webhook was switched off before the delivery was taken.",
    hint: "Switch the webhook on and send the delivery again.",
  },
} as const;

export type DeliveryProblemCode = keyof typeof deliveryProblems;

/** The sentences for a person. A code that isn't known any more gets general ones. */
export function explainDelivery(code: string, status: number | null): { message: string; hint: string } {
  const { message, hint } = Object.hasOwn(deliveryProblems, code)
    ? deliveryProblems[code as DeliveryProblemCode]
    : { message: "The delivery failed.", hint: "Send it again." };
  return { message: message.replace("{status}", String(status ?? "?")), hint };
}
