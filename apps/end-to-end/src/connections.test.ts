import { once } from "node:events";
import { request } from "node:https";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startWorld, type World } from "@kvsync/local-azure/testing";
import { until } from "@kvsync/testing";
import { VaultConnections } from "@kvsync/worker/connections";

let world: World;
beforeAll(async () => {
  world = await startWorld();
  setDefaultCACertificates([...getCACertificates(), world.azure.ca]);
});
afterAll(() => world.stop());

test("of the connections that a run had to a vault, one stays for the next", async () => {
  const connections = new VaultConnections({ warmMs: 60_000, idleMs: 300 });
  const vaults = await Promise.all(["first", "second"].map((name) => world.addVault(`connections-${name}`)));
  const ask = async (vault: (typeof vaults)[number]): Promise<void> => {
    const url = `${world.azure.addressesOf(vault).vaultUri}secrets?api-version=2026-04-01`;
    const asked = request(url, { agent: connections });
    asked.end();
    const [response] = (await once(asked, "response")) as [NodeJS.ReadableStream];
    response.resume();
    await once(response, "end");
  };
  const free = (): number[] => Object.values(connections.freeSockets).map((sockets) => sockets?.length ?? 0);
  const portsOf = (): Array<number | undefined> =>
    Object.values(connections.freeSockets).flatMap((sockets) =>
      (sockets ?? []).map(({ localPort }) => localPort),
    );

  const asking = vaults.flatMap((vault) => Array.from({ length: 8 }, () => ask(vault)));
  expect(Object.values(connections.sockets).map((sockets) => sockets?.length)).toEqual([8, 8]);
  await Promise.all(asking);
  await until("one of each vault is left", () => free().join() === "1,1");
  const warm = portsOf();
  await Promise.all(vaults.map(ask));
  await until("both are free again", () => free().join() === "1,1");
  expect(new Set(portsOf())).toEqual(new Set(warm));
  connections.destroy();
});
