/**
 * How many requests a second one core of local Azure answers: sets and lists over plain keep-alive HTTPS, in a vault
 * of 100,000 secrets, with throttling out of the way. Ends after `REQUESTS` of each kind or `SECONDS`, whichever
 * comes first.
 *
 *     node apps/local-azure/bench/ceiling.ts
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { type HttpsClient, httpsClient } from "../testing/https.ts";

const REQUESTS = 20_000;
const SECONDS = 20;
const CONCURRENCY = 64;

type Server = Readonly<{ origin: string; ca: string; token: string }>;

const worker = new Worker(new URL("./ceiling-server.ts", import.meta.url));
const [server] = (await once(worker, "message")) as [Server];
const client = httpsClient(server.ca, CONCURRENCY);
const headers = { authorization: `Bearer ${server.token}` };

await measure("set, new names", (index) => ({
  path: `/secrets/bench-${String(index)}`,
  method: "PUT",
  body: { value: "y".repeat(64), tags: { "managed-by": "bench" }, attributes: {} },
}));
await measure("set, new versions", (index) => ({
  path: `/secrets/app-${String(index % 1000).padStart(6, "0")}`,
  method: "PUT",
  body: { value: "z".repeat(64), attributes: {} },
}));
await measure("list, first page", () => ({ path: "/secrets" }));
await measureWholeList();

client.close();
await worker.terminate();

type Request = Readonly<{ path: string; method?: string; body?: unknown }>;

async function measure(name: string, request: (index: number) => Request): Promise<void> {
  const end = performance.now() + SECONDS * 1000;
  let index = 0;
  const loop = async (): Promise<void> => {
    while (index < REQUESTS && performance.now() < end) {
      const { path, ...call } = request(index);
      index += 1;
      expect200(await client.call(`${server.origin}${path}?api-version=2026-04-01`, { ...call, headers }));
    }
  };
  await timed(name, async () => {
    await Promise.all(Array.from({ length: CONCURRENCY }, loop));
    return index;
  });
}

/** One after the other, as nextLink forces it. */
async function measureWholeList(): Promise<void> {
  const end = performance.now() + SECONDS * 1000;
  await timed("list, page by page", async () => {
    let pages = 0;
    let link: string | null = `${server.origin}/secrets?api-version=2026-04-01`;
    while (link !== null && performance.now() < end) {
      const reply: Awaited<ReturnType<HttpsClient["call"]>> = await client.call(link, { headers });
      expect200(reply);
      pages += 1;
      link = (reply.body as { nextLink: string | null }).nextLink;
    }
    return pages;
  });
}

/** The server's share of its core tells whether it or the client was the limit. */
async function timed(name: string, run: () => Promise<number>): Promise<void> {
  const before = worker.performance.eventLoopUtilization();
  const started = performance.now();
  const count = await run();
  const seconds = (performance.now() - started) / 1000;
  const { utilization } = worker.performance.eventLoopUtilization(before);
  const rate = Math.round(count / seconds);
  process.stdout.write(
    `${name.padEnd(20)} ${String(count).padStart(6)} requests in ${seconds.toFixed(1).padStart(5)} s: ${String(rate).padStart(6)}/s, the server's core ${String(Math.round(utilization * 100))} % busy\n`,
  );
}

function expect200({ status, text }: Readonly<{ status: number; text: string }>): void {
  if (status !== 200) throw new Error(`${String(status)}: ${text}`);
}
