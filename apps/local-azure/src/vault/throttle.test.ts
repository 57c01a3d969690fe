import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Reply } from "../../testing/https.ts";
import { startWorld, type World } from "../../testing/world.ts";
import { SlidingWindow } from "./throttle.ts";

describe("A sliding window", () => {
  test("lets the limit pass in any stretch as long as the window", () => {
    const window = new SlidingWindow();
    const passed = (now: number): boolean => window.take(now, 3, 10, false);
    expect([passed(0), passed(4), passed(8), passed(9)]).toEqual([true, true, true, false]);
    expect([passed(10), passed(11)]).toEqual([true, false]);
    expect([passed(14), passed(17), passed(18)]).toEqual([true, false, true]);
  });

  test("counts what it refuses only when told to", () => {
    const window = new SlidingWindow();
    expect(window.take(0, 1, 10, true)).toBe(true);
    expect(window.take(9, 1, 10, true)).toBe(false);
    expect(window.take(15, 1, 10, true)).toBe(false);
    expect(window.take(25, 1, 10, true)).toBe(true);
  });

  test("opens when the clock is set back", () => {
    const window = new SlidingWindow();
    expect(window.take(1000, 1, 10, false)).toBe(true);
    expect(window.take(0, 1, 10, false)).toBe(true);
  });

  test("stays right over many times its limit", () => {
    const window = new SlidingWindow();
    let passed = 0;
    for (let now = 0; now < 100_000; now += 1) if (window.take(now, 10, 100, false)) passed += 1;
    expect(passed).toBe(10_000);
  });
});

describe("A vault under load", () => {
  let world: World;

  beforeAll(async () => {
    // The clock stands still but for the knob, so that the window ends exactly when a test says.
    const start = Date.now();
    world = await startWorld({ now: () => start });
  });

  afterAll(async () => {
    await world.stop();
  });

  afterEach(() => {
    world.azure.knobs.patch({
      throttle: { creates: 300, others: 4000, retryAfterSeconds: null },
    });
    world.azure.knobs.advance(10_000);
    world.azure.resetStatistics();
  });

  const statuses = (replies: readonly Reply[]): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const { status } of replies) counts[status] = (counts[status] ?? 0) + 1;
    return counts;
  };
  const set = (index: number): Promise<Reply> =>
    world.call(`/secrets/load-${String(index)}`, { method: "PUT", body: { value: "v" } });

  test("takes 300 creates in ten seconds, then answers 429 without Retry-After until the clock has passed", async () => {
    const replies = await Promise.all(Array.from({ length: 310 }, (_, index) => set(index)));
    expect(statuses(replies)).toEqual({ 200: 300, 429: 10 });
    const refused = replies.find(({ status }) => status === 429);
    expect(refused?.headers).not.toHaveProperty("retry-after");
    expect(refused?.body).toEqual({
      error: {
        code: "Throttled",
        message:
          "Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached",
      },
    });
    expect(world.azure.statistics().throttled).toBe(10);
    world.azure.knobs.advance(9999);
    expect((await set(0)).status).toBe(429);
    world.azure.knobs.advance(1);
    expect((await set(0)).status).toBe(200);
  });

  test("counts other requests apart from creates, and each vault apart", async () => {
    world.azure.knobs.patch({ throttle: { creates: 1, others: 2 } });
    expect([(await set(1)).status, (await set(2)).status]).toEqual([200, 429]);
    expect((await world.call("/secrets")).status).toBe(200);
    expect((await world.call("/secrets/load-1", { method: "PATCH", body: {} })).status).toBe(200);
    expect((await world.call("/secrets")).status).toBe(429);
    const other = await world.addVault("quiet");
    world.grant(other.id);
    expect((await world.call("/secrets", { vault: other })).status).toBe(200);
  });

  test("sends Retry-After where the knob asks for it", async () => {
    world.azure.knobs.patch({ throttle: { others: 0, retryAfterSeconds: 7 } });
    expect((await world.call("/secrets")).headers["retry-after"]).toBe("7");
  });

  test("doesn't count requests without token", async () => {
    world.azure.knobs.patch({ throttle: { others: 1 } });
    await world.call("/secrets", { headers: { authorization: "" } });
    expect((await world.call("/secrets")).status).toBe(200);
  });
});
