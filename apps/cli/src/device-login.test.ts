import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { afterEach, expect, test } from "@jest/globals";
import { awaitApproval, requestDeviceCode } from "./device-login.ts";

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
});

type Reply = readonly [status: number, body: object];
type Request = Readonly<{ path: string | undefined; body: unknown }>;

/** An authorization server that gives these answers, one after another. */
async function answering(...replies: Reply[]): Promise<Readonly<{ address: string; requests: Request[] }>> {
  const requests: Request[] = [];
  const started = createServer((request, response) => {
    void (async () => {
      requests.push({ path: request.url, body: await json(request) });
      const [status, body] = replies.shift() ?? [500, {}];
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    })();
  });
  server = started;
  started.listen(0, "127.0.0.1");
  await once(started, "listening");
  return { address: `http://127.0.0.1:${(started.address() as AddressInfo).port}`, requests };
}

function sender() {
  let time = 0;
  const slept: number[] = [];
  const sleep = async (ms: number): Promise<void> => {
    slept.push(ms);
    time += ms;
  };
  return { slept, fetch, now: () => time, sleep };
}

const code = {
  deviceCode: "d",
  userCode: "ABCD-EFGH",
  verificationUri: "https://x/device",
  expiresIn: 60,
  interval: 2,
};
const pending = [400, { error: "authorization_pending" }] as const;
const token = { accessToken: "t", tokenType: "Bearer", expiresIn: 900 };

test("asks for a code, and then for the token as often as the server wants", async () => {
  const { address, requests } = await answering([200, code], pending, pending, [200, token]);
  const client = sender();
  const asked = await requestDeviceCode(client, address);
  expect(await awaitApproval(client, address, asked)).toMatchObject({ accessToken: "t", expiresIn: 900 });
  expect(client.slept).toEqual([2_000, 2_000, 2_000]);
  expect(requests[0]).toEqual({ path: "/v1/auth/device/code", body: { clientId: "kvsync-cli" } });
  expect(requests[1]).toEqual({
    path: "/v1/auth/device/token",
    body: { clientId: "kvsync-cli", deviceCode: "d" },
  });
});

test("slows down by five seconds each time that it is told to, and at the general limit", async () => {
  const limited = [429, { code: "RATE_LIMITED", message: "Rate limit exceeded" }] as const;
  const { address } = await answering([400, { error: "slow_down" }], limited, pending, [200, token]);
  const client = sender();
  await awaitApproval(client, address, code);
  expect(client.slept).toEqual([2_000, 7_000, 12_000, 12_000]);
});

test.each([
  ["access_denied", "ACCESS_DENIED"],
  ["expired_token", "EXPIRED_TOKEN"],
])("ends as not signed in at %s", async (error, expected) => {
  const { address } = await answering(pending, [400, { error }]);
  await expect(awaitApproval(sender(), address, code)).rejects.toMatchObject({ exitCode: 3, code: expected });
});

test("doesn't ask any more once the code must have expired, nor after the deadline", async () => {
  const pendings = Array.from({ length: 40 }, () => pending);
  const { address, requests } = await answering(...pendings);
  await expect(awaitApproval(sender(), address, code)).rejects.toMatchObject({ code: "EXPIRED_TOKEN" });
  expect(requests).toHaveLength(29);
  await expect(awaitApproval(sender(), address, code, 5_000)).rejects.toMatchObject({ exitCode: 6 });
});

test("bears a server that restarts, and gives up on one that is gone or isn't ours", async () => {
  const { address } = await answering([502, {}], [503, {}], [200, token], [418, {}]);
  expect(await awaitApproval(sender(), address, code)).toMatchObject({ accessToken: "t" });
  await expect(requestDeviceCode(sender(), address)).rejects.toMatchObject({
    exitCode: 1,
    code: "UNREADABLE",
  });
  await expect(awaitApproval(sender(), "http://127.0.0.1:9", code)).rejects.toMatchObject({ exitCode: 7 });
});
