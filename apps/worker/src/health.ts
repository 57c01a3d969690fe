import { createServer, type ServerResponse } from "node:http";
import { once } from "node:events";
import { pingDatabase } from "@kvsync/store";
import type { RunningWorker } from "./worker.ts";

const TIMEOUT_MS = 2_000;

/**
 * `/livez` (the process answers) and `/readyz` (PostgreSQL and Redis answer; names what doesn't), for container
 * platforms.
 */
export async function startHealthEndpoint(
  { host, port }: Readonly<{ host: string; port: number }>,
  { database, redis }: RunningWorker["connections"],
): Promise<{ stop: () => Promise<void> }> {
  const server = createServer((request, response) => {
    void respond(request.url ?? "/", response);
  });
  async function respond(path: string, response: ServerResponse): Promise<void> {
    const [status, body] = await answer(path);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  }
  async function answer(path: string): Promise<[number, object]> {
    if (path === "/livez") return [200, { status: "alive" }];
    if (path !== "/readyz")
      return [404, { message: "There is only /livez and /readyz here.", code: "NOT_FOUND" }];
    const checks = { database: () => pingDatabase(database), redis: () => redis.ping() };
    const down = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => ((await answers(check)) ? [] : [name])),
    );
    const names = down.flat();
    return names.length === 0 ? [200, { status: "ready" }] : [503, { status: "not ready", down: names }];
  }
  server.listen(port, host);
  await once(server, "listening");
  return { stop: () => new Promise((resolve) => server.close(() => resolve())) };
}

async function answers(check: () => Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(resolve, TIMEOUT_MS, false)));
  try {
    return await Promise.race([check().then(() => true), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
