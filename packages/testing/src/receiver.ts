import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A request as a receiver got it. */
export type Received = Readonly<{ path: string; headers: Record<string, string>; body: string }>;

/** How a receiver answers: a status with headers, or by its own hand. */
export type ReceiverAnswer =
  | Readonly<{ status: number; headers?: Readonly<Record<string, string>> }>
  | ((response: ServerResponse) => void);

/** A server on the loopback that takes what is sent to it. */
export type Receiver = Readonly<{
  origin: string;
  received: Received[];
  /** The answers to the next requests, in turn; afterwards 204. */
  answer: (...answers: readonly ReceiverAnswer[]) => void;
  stop: () => Promise<void>;
}>;

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const answers: ReceiverAnswer[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    received.push({ path: request.url ?? "", headers: textHeaders(request.headers), body });
    const answer = answers.shift() ?? { status: 204 };
    if (typeof answer === "function") answer(response);
    else response.writeHead(answer.status, answer.headers).end();
  };
  const server = createServer((request, response) => {
    // What breaks off while it comes wasn't received.
    take(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer: (...more) => void answers.push(...more),
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

const textHeaders = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
