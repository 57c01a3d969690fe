import type { DeliveryProblemCode } from "@kvsync/contracts";
import { AddressRefused, guardedRequest, type CallPolicy, type Resolve } from "@kvsync/outbound";
import type { IncomingMessage } from "node:http";
import { retryAfterMs } from "./schedule.ts";

/** How a receiver took a delivery. */
export type Sent = Readonly<{
  status: number | null;
  /** Null when it was taken. */
  problem: DeliveryProblemCode | null;
  /** How long the receiver asked to wait. */
  askedMs: number | null;
}>;

export type SendOptions = Readonly<{
  policy: CallPolicy;
  /** How long an answer may take, with all of its reading. */
  timeoutMs: number;
  /** Ends the sending when the worker stops. */
  stop: AbortSignal;
  resolve?: Resolve | undefined;
}>;

/** So much of an answer is let come in, so that small ones end in good order. It isn't kept. */
const DRAINED_BYTES = 64_000;

/** Sends a delivery once. Never throws: what goes wrong is the outcome. */
export async function send(
  url: string,
  message: Readonly<{ headers: Readonly<Record<string, string>>; body: string }>,
  { policy, timeoutMs, stop, resolve }: SendOptions,
): Promise<Sent> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)]);
  try {
    const { headers, body } = message;
    const call = { method: "POST", headers: { ...headers, ...fixed(body) }, body, signal, resolve };
    const answer = await guardedRequest(new URL(url), policy, call);
    await drain(answer);
    return judge(answer);
  } catch (error) {
    const problem = stop.aborted ? "INTERRUPTED" : problemOf(error);
    return { status: null, problem, askedMs: null };
  }
}

const fixed = (body: string): Record<string, string> => ({
  "content-type": "application/json",
  "content-length": String(Buffer.byteLength(body)),
  "user-agent": "kvsync-webhooks",
  accept: "*/*",
});

function judge({ statusCode = 0, headers }: IncomingMessage): Sent {
  const askedMs = retryAfterMs(headers["retry-after"], Date.now());
  return { status: statusCode, problem: problemOfStatus(statusCode), askedMs };
}

function problemOfStatus(status: number): DeliveryProblemCode | null {
  if (status >= 200 && status < 300) return null;
  if (status === 410) return "GONE";
  return status >= 300 && status < 400 ? "REDIRECTED" : "ANSWERED_WITH_ERROR";
}

/** Lets an answer come in up to its bound. What breaks it off changes nothing: its status is there. */
async function drain(answer: IncomingMessage): Promise<void> {
  let size = 0;
  try {
    for await (const part of answer as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > DRAINED_BYTES) break;
    }
  } catch {
    // As above.
  } finally {
    answer.destroy();
  }
}

/** Told by names and codes: what Node throws isn't of a class that says more. */
function problemOf(error: unknown): DeliveryProblemCode {
  const all = [error, memberOf(error, "cause"), memberOf(error, "errors")].flat();
  if (all.some((one) => one instanceof AddressRefused)) return "ADDRESS_REFUSED";
  if (all.some((one) => memberOf(one, "name") === "TimeoutError")) return "TIMED_OUT";
  const code = String(memberOf(error, "code"));
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "NAME_NOT_RESOLVED";
  if (code === "ECONNREFUSED") return "CONNECTION_REFUSED";
  if (code === "ETIMEDOUT") return "TIMED_OUT";
  return /CERT|TLS|SSL|UNABLE_TO_|EPROTO/.test(code) ? "TLS_FAILED" : "CONNECTION_LOST";
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
