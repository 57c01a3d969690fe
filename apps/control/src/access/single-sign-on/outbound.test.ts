import { expect, test } from "@jest/globals";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { isOfDomain, readClaims } from "./claims.ts";
import { guardedFetch, isPrivateAddress, requireCallable } from "./outbound.ts";

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
])("whether %s lies inside a network: %s", (address, inside) => {
  expect(isPrivateAddress(address)).toBe(inside);
});

test.each([
  ["https://id.example.com", false, true],
  ["http://id.example.com", false, false],
  ["http://id.example.com", true, false],
  ["http://localhost:1", true, true],
  ["http://[::1]:1", true, true],
  ["http://localhost:1", false, false],
  ["https://10.0.0.1", false, false],
  ["https://10.0.0.1", true, true],
  ["https://2130706433", false, false],
  ["https://[::1]", false, false],
])("whether %s is called, with private addresses allowed: %s", (address, allowPrivate, called) => {
  const call = () => requireCallable(new URL(address), allowPrivate);
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
      const fetch = guardedFetch(true);
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
      await expect(guardedFetch(true)(origin, {})).rejects.toThrow("answers with too much");
    },
  );
});

test("a name that leads to the inside isn't connected to", async () => {
  await expect(guardedFetch(false)("https://localhost:9/", {})).rejects.toThrow(
    "must not lead to an address inside",
  );
});

test.each([
  [{ sub: "1", email: "A@B.example", email_verified: true, name: " Ada " }, "a@b.example", "Ada"],
  [{ sub: "1", email: "a@b.example", xms_edov: "1" }, "a@b.example", null],
  [{ sub: "1", email: "a@b.example", email_verified: "true" }, null, null],
  [{ sub: "1", email: "a@b.example" }, null, null],
  [{ sub: "1", email: 7, email_verified: true, name: "" }, null, null],
])("of the claims %j, the address is %s and the name %s", (claims, verifiedEmail, name) => {
  expect(readClaims(claims)).toEqual({ subject: "1", verifiedEmail, name });
});

test("claims without a subject are none, and domains are compared whole", () => {
  expect(() => readClaims({ email: "a@b.example" })).toThrow("sub");
  expect(isOfDomain("a@b.example", ["b.example"])).toBe(true);
  expect(isOfDomain("a@x.b.example", ["b.example"])).toBe(false);
  expect(isOfDomain("a@b.example@c.example", ["b.example"])).toBe(false);
});
