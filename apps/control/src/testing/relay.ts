import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** Stands between control and a service, so that a test can take the service away. */
export type Relay = Readonly<{
  url: string;
  /** Ends its connections, and takes no more. */
  cut: () => Promise<void>;
  /** Takes connections again, at the same address. */
  restore: () => Promise<void>;
}>;

/** A relay to the service of this URL. */
export async function startRelay(service: string): Promise<Relay> {
  const target = new URL(service);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const end of [socket, upstream]) {
      sockets.add(end);
      end.on("error", () => undefined);
    }
    socket.pipe(upstream).pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(service);
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as AddressInfo).port);
  let closed: Promise<unknown> | undefined;
  const cut = async (): Promise<void> => {
    closed ??= once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    await closed;
  };
  const restore = async (): Promise<void> => {
    await cut();
    closed = undefined;
    server.listen(Number(url.port), "127.0.0.1");
    await once(server, "listening");
  };
  return { url: url.href, cut, restore };
}
