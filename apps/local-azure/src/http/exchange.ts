import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { HostHeader } from "./addresses.ts";

/** A request and its way back. `query` has its keys decoded, as SDKs send `api%2Dversion`. */
export type Exchange = Readonly<{
  request: IncomingMessage;
  response: ServerResponse;
  method: string;
  /** The path as it came, still percent-encoded, without the query. */
  path: string;
  query: URLSearchParams;
  host: HostHeader;
}>;

/** `code` is the body's error code once more, for the request log. */
export type Answer = Readonly<{
  status: number;
  headers?: OutgoingHttpHeaders;
  body?: unknown;
  code?: string;
}>;

/** The body is larger than what any valid request of its kind can be. */
export class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge";
}

/** Whether the request announces a body. */
export function hasBody(request: IncomingMessage): boolean {
  const length = request.headers["content-length"];
  return request.headers["transfer-encoding"] !== undefined || (length !== undefined && length !== "0");
}

/**
 * Reads the whole body.
 *
 * @param maxBytes where to stop reading
 * @throws {BodyTooLarge}
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw new BodyTooLarge(`The body is larger than ${String(maxBytes)} bytes.`);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

/** Sends the answer, if there is still somebody to send it to. An unread body is let run out by Node. */
export function send(response: ServerResponse, { status, headers, body }: Answer): void {
  if (response.destroyed || response.headersSent) return;
  const text = body === undefined ? undefined : JSON.stringify(body);
  response.writeHead(status, {
    ...(text === undefined
      ? {}
      : { "Content-Type": "application/json; charset=utf-8", "Content-Length": Buffer.byteLength(text) }),
    ...headers,
  });
  response.end(text);
}
