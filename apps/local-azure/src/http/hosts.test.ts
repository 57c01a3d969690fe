import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startWorld, type World } from "../../testing/world.ts";
import { isLoopbackHost, originOf, originWithPort, parseHostHeader } from "./addresses.ts";
import { Hosts } from "./hosts.ts";

describe("A Host header", () => {
  test.each([
    ["LocalHost:8443", { hostname: "localhost", port: 8443 }],
    ["v.vault.azure.net", { hostname: "v.vault.azure.net", port: undefined }],
    ["[::1]:1", { hostname: "[::1]", port: 1 }],
    ["", undefined],
    ["a b", undefined],
    ["host:99999", undefined],
    ["host:", undefined],
    ["user@host", undefined],
  ])("%s is read", (header, host) => {
    expect(parseHostHeader(header)).toEqual(host);
  });

  test("becomes an origin with the port where it is needed, or always", () => {
    expect(originOf({ hostname: "a", port: 443 })).toBe("https://a");
    expect(originOf({ hostname: "a", port: 1 })).toBe("https://a:1");
    expect(originWithPort({ hostname: "a", port: undefined })).toBe("https://a:443");
  });

  test("means this machine only for localhost and loopback addresses", () => {
    for (const host of ["localhost", "a.localhost", "127.9.9.9", "[::1]"])
      expect(isLoopbackHost(host)).toBe(true);
    for (const host of ["localhost.example", "127.example", "10.0.0.1"])
      expect(isLoopbackHost(host)).toBe(false);
  });
});

describe("Host names", () => {
  const hosts = new Hosts(".vault.localhost", ["Azure.Internal"]);

  test.each([
    ["localhost", { kind: "login" }],
    ["login.localhost", { kind: "login" }],
    ["azure.internal", { kind: "login" }],
    ["webshop.vault.localhost", { kind: "vault", name: "webshop" }],
    ["a.b.vault.localhost", { kind: "stranger" }],
    [".vault.localhost", { kind: "stranger" }],
    ["vault.localhost", { kind: "stranger" }],
    ["evil.example", { kind: "stranger" }],
  ])("%s leads to its service", (hostname, destination) => {
    expect(hosts.destination(hostname)).toEqual(destination);
  });
});

describe("The listeners", () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });

  afterAll(async () => {
    await world.stop();
  });

  const status = async (url: string, host?: string): Promise<number> =>
    (await world.https.call(url, host === undefined ? {} : { host })).status;

  test("answer for nobody else's host name", async () => {
    const { origin } = world.azure;
    const own = world.azure.addressesOf(world.vault).localUri;
    expect(await status(`${origin}/local/health`, "evil.example")).toBe(421);
    expect(await status(`${own}secrets`, "evil.example")).toBe(421);
    expect(await status(`${own}secrets`, "other.vault.localhost")).toBe(421);
    expect(await status(`${origin}/secrets`, "none.vault.localhost")).toBe(404);
    expect(await status(`${origin}/local/health`, "a b")).toBe(400);
  });

  test("of a vault answer for that vault by every name of this machine", async () => {
    const own = world.azure.addressesOf(world.vault).localUri;
    expect(await status(`${own}secrets`)).toBe(401);
    expect(await status(`${own}secrets`, "webshop.vault.localhost")).toBe(401);
    expect(await status(`${own}local/knobs`)).toBe(401);
  });
});
