import type { IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { guardedRequest } from "./guarded-request.ts";
import { AddressRefused, type CallPolicy } from "./policy.ts";

const TIMEOUT_MS = 10_000;
const LARGEST_ANSWER = 1_000_000;

type Call = Readonly<{
  method?: string | undefined;
  headers?: Record<string, string> | undefined;
  body?: unknown;
  signal?: AbortSignal | undefined;
}>;

/** `fetch` by way of {@link guardedRequest}, which reads no endless answer. */
export function guardedFetch(policy: CallPolicy): (address: string, call: Call) => Promise<Response> {
  return async (address, { method, headers, body, signal }) => {
    const patience = AbortSignal.timeout(TIMEOUT_MS);
    const answer = await guardedRequest(new URL(address), policy, {
      method,
      headers,
      body: bodyText(body),
      signal: signal === undefined ? patience : AbortSignal.any([signal, patience]),
    });
    return responseOf(answer, await bounded(answer));
  };
}

function bodyText(body: unknown): string | undefined {
  if (body === undefined || body === null || typeof body === "string") return body ?? undefined;
  if (body instanceof URLSearchParams) return body.toString();
  throw new TypeError("a body must be a text or a form");
}

async function bounded(answer: IncomingMessage): Promise<Buffer> {
  let size = 0;
  answer.on("data", (part: Buffer) => {
    size += part.length;
    if (size > LARGEST_ANSWER) answer.destroy(new AddressRefused("answers with too much"));
  });
  return buffer(answer);
}

function responseOf({ statusCode = 502, headersDistinct }: IncomingMessage, bytes: Buffer): Response {
  const isEmpty = [204, 205, 304].includes(statusCode);
  const headers = Object.entries(headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  );
  return new Response(isEmpty ? null : new Uint8Array(bytes), { status: statusCode, headers });
}
