import type { IncomingHttpHeaders } from "node:http";
import { Agent, request } from "node:https";

export type Reply = Readonly<{ status: number; headers: IncomingHttpHeaders; body: unknown; text: string }>;

export type Call = Readonly<{
  method?: string;
  headers?: Readonly<Record<string, string>>;
  /** Sent as it is when it is a string or bytes, else as JSON. */
  body?: unknown;
  /** The Host header, where it isn't that of the URL. */
  host?: string;
}>;

export type HttpsClient = Readonly<{
  /** Rejects when the connection is cut. */
  call: (url: string, call?: Call) => Promise<Reply>;
  close: () => void;
}>;

/** A plain keep-alive HTTPS client that trusts one authority. */
export function httpsClient(ca: string, maxSockets = 64): HttpsClient {
  const agent = new Agent({ keepAlive: true, ca, maxSockets });
  return {
    call: (url, call = {}) => send(agent, url, call),
    close: () => agent.destroy(),
  };
}

function send(agent: Agent, url: string, { method = "GET", headers, body, host }: Call): Promise<Reply> {
  const bytes = body === undefined ? undefined : bytesOf(body);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      {
        agent,
        method,
        // Otherwise Node would take the name to be checked from the Host header.
        ...(host === undefined ? {} : { servername: new URL(url).hostname }),
        headers: {
          ...(bytes === undefined
            ? {}
            : { "content-type": "application/json", "content-length": bytes.length }),
          ...headers,
          ...(host === undefined ? {} : { host }),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const received = Buffer.concat(chunks).toString("utf8");
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: received === "" ? undefined : JSON.parse(received),
            text: received,
          });
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(bytes);
  });
}

function bytesOf(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body), "utf8");
}
