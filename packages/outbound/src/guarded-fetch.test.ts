import { expect, test } from "@jest/globals";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { isPrivateAddress } from "./addresses.ts";
import { guardedFetch } from "./guarded-fetch.ts";
import { guardedRequest, type Resolve } from "./guarded-request.ts";
import { requireCallable, type CallPolicy } from "./policy.ts";

const strict: CallPolicy = { privateAddresses: false, plainHttp: "nowhere" };
const local: CallPolicy = { privateAddresses: true, plainHttp: "loopback" };
const free: CallPolicy = { privateAddresses: true, plainHttp: "anywhere" };

test.each([
  ["127.0.0.1", true],
  ["10.1.2.3", true],
  ["172.31.0.1", true],
  ["172.32.0.1", false],
  ["192.168.1.1", true],
  ["169.254.169.254", true],
  ["100.64.0.1", true],
  ["0.0.0.0", true],
  ["8.8.8.8", false],
  ["::1", true],
  ["::", true],
  ["fd00::1", true],
  ["fe80::1", true],
  ["::ffff:8.8.8.8", true],
  ["64:ff9b::a00:1", true],
  ["2606:4700::1111", false],
  ["203.0.113.7", true],
  ["255.255.255.255", true],
  ["::ffff:127.0.0.1", true],
  ["::7f00:1", true],
  ["2002:7f00:1::", true],
  ["2001::7f00:1", true],
  ["fec0::1", true],
  ["ff02::1", true],
  ["4000::1", true],
  ["fd00:ec2::254", true],
  ["not an address", true],
])("whether %s lies inside a network: %s", (address, inside) => {
  expect(isPrivateAddress(address)).toBe(inside);
});

test.each([
  ["https://id.example.com", strict, true],
  ["http://id.example.com", strict, false],
  ["http://id.example.com", local, false],
  ["http://id.example.com", free, true],
  ["http://localhost:1", local, true],
  ["http://[::1]:1", local, true],
  ["http://localhost:1", strict, false],
  ["ftp://id.example.com", free, false],
  ["https://10.0.0.1", strict, false],
  ["https://10.0.0.1", local, true],
  ["https://2130706433", strict, false],
  ["https://0x7f.1", strict, false],
  ["https://[::1]", strict, false],
  ["https://[::ffff:169.254.169.254]", strict, false],
])("whether %s is called under the policy %j: %s", (address, policy, called) => {
  const call = () => requireCallable(new URL(address), policy);
  if (called) expect(call).not.toThrow();
  else expect(call).toThrow(/^must /);
});

async function serving(answer: RequestListener, ask: (origin: string) => Promise<void>): Promise<void> {
  const server = createServer(answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await ask(`http://localhost:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

test("follows no redirect, sends what it is given, and answers as fetch does", async () => {
  await serving(
    (request, response) => {
      if (request.url === "/away")
        return void response.writeHead(302, { location: "http://127.0.0.1:9/" }).end();
      request.on("data", (body: Buffer) => {
        response.writeHead(200, { "x-was": [request.method, request.headers["x-a"]].join(" ") }).end(body);
      });
    },
    async (origin) => {
      const fetch = guardedFetch(local);
      expect((await fetch(`${origin}/away`, {})).status).toBe(302);
      const body = new URLSearchParams({ a: "b c" });
      const answer = await fetch(origin, { method: "POST", headers: { "x-a": "1" }, body });
      expect(answer.headers.get("x-was")).toBe("POST 1");
      expect(await answer.text()).toBe("a=b+c");
    },
  );
});

test("leaves off an answer without end", async () => {
  await serving(
    (_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write("x".repeat(64_000)));
      };
      response.on("drain", more);
      more();
    },
    async (origin) => {
      await expect(guardedFetch(local)(origin, {})).rejects.toThrow("answers with too much");
    },
  );
});

test("a name that leads to the inside isn't connected to", async () => {
  await expect(guardedFetch(strict)("https://localhost:9/", {})).rejects.toThrow(
    "must not lead to an address inside",
  );
});

/** A name server's answers, in turn: what DNS rebinding is made of. */
const answering =
  (...addresses: readonly string[]): Resolve =>
  (_hostname, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );

test.each([
  [["127.0.0.1"]],
  [["::1"]],
  [["169.254.169.254"]],
  [["::ffff:127.0.0.1"]],
  [["100.64.0.1"]],
  [["fd00::1"]],
  [["8.8.8.8", "127.0.0.1"]],
])("a name of the internet that resolves to %j isn't connected to", async (addresses) => {
  const call = { signal: AbortSignal.timeout(10_000), resolve: answering(...addresses) };
  const calling = guardedRequest(new URL("https://rebinding.example.com:9/"), strict, call);
  await expect(calling).rejects.toThrow("must not lead to an address inside");
});

test("where private addresses are allowed, the address that was resolved is the one that is connected to", async () => {
  await serving(
    (request, response) => response.end(request.headers.host),
    async (origin) => {
      const { port } = new URL(origin);
      const call = { signal: AbortSignal.timeout(10_000), resolve: answering("127.0.0.1") };
      const answer = await guardedRequest(new URL(`http://inside.example.com:${port}/`), free, call);
      expect(await text(answer)).toBe(`inside.example.com:${port}`);
    },
  );
});
