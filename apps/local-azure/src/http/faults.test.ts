import { once } from "node:events";
import { connect } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { startWorld, type World } from "../../testing/world.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
  await world.call("/secrets");
});

afterAll(async () => {
  await world.stop();
});

afterEach(() => {
  world.azure.knobs.reset();
  world.azure.resetStatistics();
});

const set = (name: string): ReturnType<World["call"]> =>
  world.call(`/secrets/${name}`, { method: "PUT", body: { value: "v" } });

describe("A fault at a vault", () => {
  test("answers in Key Vault's form, with Retry-After where asked", async () => {
    world.azure.knobs.patch({
      faults: [
        {
          operation: "setSecret",
          remaining: 1,
          effect: {
            kind: "answer",
            status: 503,
            code: "ServiceUnavailable",
            innererror: "Inner",
            message: "down",
            retryAfterSeconds: 3,
          },
        },
      ],
    });
    const reply = await set("a");
    expect(reply.status).toBe(503);
    expect(reply.headers["retry-after"]).toBe("3");
    expect(reply.headers["x-ms-request-id"]).toEqual(expect.any(String));
    expect(reply.body).toEqual({
      error: { code: "ServiceUnavailable", message: "down", innererror: { code: "Inner" } },
    });
    expect(world.azure.peek("webshop", "a")).toBeUndefined();
    expect((await set("a")).status).toBe(200);
  });

  test("before the effect drops the connection and leaves nothing done", async () => {
    world.azure.knobs.patch({ faults: [{ operation: "setSecret", remaining: 1, effect: { kind: "drop" } }] });
    await expect(set("lost")).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(world.azure.peek("webshop", "lost")).toBeUndefined();
    expect(world.azure.statistics().vaults["webshop"]).toEqual({ setSecret: { dropped: 1 } });
  });

  test("after the effect loses the answer only", async () => {
    world.azure.knobs.patch({
      faults: [{ operation: "setSecret", when: "after", remaining: 2, effect: { kind: "drop" } }],
    });
    await expect(set("done")).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(world.azure.peek("webshop", "done")).toBe("v");
    world.azure.knobs.patch({
      faults: [
        { operation: "setSecret", when: "after", remaining: 1, effect: { kind: "answer", status: 500 } },
      ],
    });
    expect((await set("done-too")).status).toBe(500);
    expect(world.azure.peek("webshop", "done-too")).toBe("v");
  });

  test("after the effect waits for a request that has one", async () => {
    world.azure.knobs.patch({
      faults: [{ operation: "setSecret", when: "after", remaining: 1, effect: { kind: "drop" } }],
    });
    expect((await set("wrong_name")).status).toBe(400);
    await expect(set("right-name")).rejects.toMatchObject({ code: "ECONNRESET" });
  });

  test("hangs until the client gives up", async () => {
    world.azure.knobs.patch({ faults: [{ operation: "listSecrets", effect: { kind: "hang" } }] });
    const { localPort } = world.vault;
    const socket = connect({
      port: localPort,
      host: "127.0.0.1",
      ca: world.azure.ca,
      servername: "localhost",
    });
    await once(socket, "secureConnect");
    socket.write(`GET /secrets?api-version=7.6 HTTP/1.1\r\nHost: localhost:${String(localPort)}\r\n\r\n`);
    await until(() => world.azure.statistics().concurrency.now === 1);
    socket.destroy();
    await until(() => world.azure.statistics().concurrency.now === 0);
    expect(world.azure.requests()).toEqual([
      expect.objectContaining({ operation: "listSecrets", outcome: "hung", hasBody: false, hasToken: false }),
    ]);
  });

  test("comes at the same requests for the same seed", async () => {
    const outcomes = async (): Promise<number[]> => {
      world.azure.knobs.patch({
        seed: 5,
        faults: [{ operation: "getSecret", rate: 0.5, effect: { kind: "answer", status: 500 } }],
      });
      const statuses: number[] = [];
      for (let index = 0; index < 12; index += 1) statuses.push((await world.call("/secrets/none")).status);
      return statuses;
    };
    const first = await outcomes();
    expect(new Set(first)).toEqual(new Set([404, 500]));
    expect(await outcomes()).toEqual(first);
  });
});

describe("A fault at the token endpoint", () => {
  test("answers in Entra's form", async () => {
    world.azure.knobs.patch({
      faults: [
        {
          operation: "token",
          remaining: 1,
          effect: { kind: "answer", status: 401, code: "invalid_client", aadsts: 700213, message: "no" },
        },
        { operation: "token", remaining: 1, effect: { kind: "answer", status: 429, retryAfterSeconds: 5 } },
      ],
    });
    const first = await world.requestToken();
    expect(first.status).toBe(401);
    expect(first.body).toMatchObject({ error: "invalid_client", error_codes: [700213] });
    const second = await world.requestToken();
    expect([second.status, second.headers["retry-after"]]).toEqual([429, "5"]);
    expect((await world.requestToken()).status).toBe(200);
    expect(world.azure.statistics().tokens).toEqual({ issued: 1, refused: { 700213: 1, 90055: 1 } });
  });
});

describe("Latency", () => {
  test("delays all operations and single ones, many requests at once", async () => {
    // Long enough for 64 connections to be opened meanwhile on a busy machine.
    world.azure.knobs.patch({ latency: { allMs: 1_000, byOperation: { listSecrets: 500 } } });
    const replies = await Promise.all(Array.from({ length: 64 }, () => world.call("/secrets")));
    expect(replies.every(({ status }) => status === 200)).toBe(true);
    expect(world.azure.statistics().concurrency.max).toBe(64);
    for (const { durationMs } of world.azure.requests()) expect(durationMs).toBeGreaterThanOrEqual(1_499);
  });
});

describe("A client that goes away in the middle of its body", () => {
  test("is counted as dropped and leaves nothing done", async () => {
    const token = await world.accessToken();
    world.azure.resetStatistics();
    const { localPort } = world.vault;
    const socket = connect({
      port: localPort,
      host: "127.0.0.1",
      ca: world.azure.ca,
      servername: "localhost",
    });
    await once(socket, "secureConnect");
    socket.write(
      `PUT /secrets/half?api-version=7.6 HTTP/1.1\r\nHost: localhost:${String(localPort)}\r\nAuthorization: Bearer ${token}\r\nContent-Length: 100\r\n\r\n{"value":"ha`,
    );
    await until(() => world.azure.statistics().concurrency.now === 1);
    socket.destroy();
    await until(() => world.azure.requests().length === 1);
    expect(world.azure.requests()).toEqual([expect.objectContaining({ secret: "half", outcome: "dropped" })]);
    expect(world.azure.peek("webshop", "half")).toBeUndefined();
  });
});

/** Waits for what happens in another turn of the event loop; Jest's timeout is the bound. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
