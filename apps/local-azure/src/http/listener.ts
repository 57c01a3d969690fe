import { createServer, type Server, type ServerOptions } from "node:https";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/** An HTTPS listener that runs. */
export type Listener = Readonly<{ port: number; close: () => Promise<void> }>;

export type Identity = Readonly<Pick<ServerOptions, "key" | "cert">>;

/** Opens an HTTPS listener with keep-alive. Rejects with the system's error, for example EADDRINUSE. */
export async function listen(
  identity: Identity,
  host: string,
  port: number,
  handle: RequestListener,
): Promise<Listener> {
  const server = createServer({ ...identity, minVersion: "TLSv1.2", keepAliveTimeout: 65_000 }, handle);
  server.listen({ host, port, backlog: 4096 });
  await new Promise<void>((resolve, reject) => {
    server.once("listening", resolve);
    server.once("error", reject);
  });
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

/** Cuts what is still connected: an emulator that stops owes nobody an answer. */
function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });
}
