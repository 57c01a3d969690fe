import { parentPort } from "node:worker_threads";
import { startWorld } from "../testing/world.ts";

/** Local Azure on a thread of its own, so that the benchmark's client doesn't slow it down. */
const world = await startWorld();
world.azure.knobs.patch({ throttle: { creates: 1e9, others: 1e9 } });
world.azure.seedSecrets("webshop", { count: 100_000, prefix: "app-", value: "x".repeat(64) });
const server = {
  origin: world.azure.addressesOf(world.vault).localUri.slice(0, -1),
  ca: world.azure.ca,
  token: await world.accessToken(),
};
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
parentPort?.postMessage(server);
