import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { type Management, managementOf } from "../../testing/management.ts";
import { messageOf } from "../../testing/refusal.ts";
import { startWorld, type World } from "../../testing/world.ts";

let world: World;
let http: Management;

beforeAll(async () => {
  world = await startWorld();
  http = managementOf(world);
});

afterAll(async () => {
  await world.stop();
});

afterEach(() => {
  world.azure.knobs.reset();
});

describe("Seeding", () => {
  test("puts single, listed and counted secrets into a vault", async () => {
    await world.addVault("seeded");
    const base = "/local/vaults/seeded/secrets";
    expect((await http.put(`${base}/one`, { value: "1", contentType: "text/plain" })).status).toBe(204);
    expect((await http.put(`${base}/ONE`, { value: "2" })).status).toBe(204);
    expect(world.azure.peek("seeded", "one")).toBe("2");
    expect((await http.post(base, { secrets: [{ name: "two", value: "2" }] })).body).toEqual({ seeded: 1 });
    expect((await http.post(base, { count: 1000, prefix: "app-" })).body).toEqual({ seeded: 1000 });
    expect(world.azure.peek("seeded", "app-000999")).toBe("seeded");
    expect((await http.get("/local/vaults/seeded")).body).toEqual({
      name: "seeded",
      secrets: { active: 1002, deleted: 0 },
    });
  });

  test("refuses wrong names, doubles, unknown vaults and names of deleted secrets", async () => {
    await world.addVault("picky");
    const base = "/local/vaults/picky/secrets";
    expect((await http.put(`${base}/under_score`, { value: "1" })).status).toBe(400);
    const doubled = {
      secrets: [
        { name: "a", value: "" },
        { name: "A", value: "" },
      ],
    };
    expect((await http.post(base, doubled)).status).toBe(400);
    expect((await http.put("/local/vaults/nowhere/secrets/a", { value: "1" })).status).toBe(404);
    world.azure.seedSecret("webshop", "gone", { value: "v" });
    await world.call("/secrets/gone", { method: "DELETE" });
    expect((await http.put("/local/vaults/webshop/secrets/gone", { value: "1" })).status).toBe(409);
  });
});

describe("Knobs over HTTP", () => {
  test("are shown, changed, refused, advanced and reset", async () => {
    expect((await http.get("/local/knobs")).body).toMatchObject({ throttle: { creates: 300 } });
    expect((await http.patch("/local/knobs", { throttle: { creates: 1 } })).body).toMatchObject({
      throttle: { creates: 1, others: 4000 },
    });
    const refused = await http.patch("/local/knobs", { throttle: { creates: -1 } });
    expect([refused.status, messageOf(refused)]).toEqual([400, expect.stringContaining("throttle.creates")]);
    expect((await http.post("/local/clock/advance", { milliseconds: 1500 })).body).toMatchObject({
      offsetMs: 1500,
    });
    expect((await http.post("/local/clock/advance", { milliseconds: -1 })).status).toBe(400);
    expect((await http.post("/local/knobs/reset")).body).toMatchObject({
      throttle: { creates: 300 },
      clock: { offsetMs: 0 },
    });
  });
});

describe("Statistics over HTTP", () => {
  test("count requests and tokens, keep the log without values, and are reset", async () => {
    expect((await http.post("/local/statistics/reset")).status).toBe(204);
    await world.accessToken();
    await world.call("/secrets/counted", {
      method: "PUT",
      body: { value: "canary-77e1", tags: { t: "canary" } },
    });
    await world.call("/secrets/absent");
    const statistics = await http.get("/local/statistics");
    expect(statistics.body).toMatchObject({
      tokens: { issued: expect.any(Number) },
      vaults: { webshop: { setSecret: { 200: 1 }, getSecret: { 404: 1 } } },
      concurrency: { now: 0, max: 1, maxByVault: { webshop: { setSecret: 1 } } },
    });
    const log = await http.get("/local/requests?vault=webshop&outcome=200&limit=1");
    expect(log.body).toEqual({
      total: 1,
      value: [
        {
          at: expect.any(String),
          vault: "webshop",
          operation: "setSecret",
          method: "PUT",
          secret: "counted",
          outcome: 200,
          hasBody: true,
          hasToken: true,
          durationMs: expect.any(Number),
        },
      ],
    });
    const all = await http.get("/local/requests");
    expect(all.text).not.toContain("canary");
    expect(statistics.text).not.toContain("canary");
    expect((await http.get("/local/requests?operation=nonsense")).status).toBe(400);
    await http.post("/local/statistics/reset");
    expect((await http.get("/local/requests")).body).toEqual({ total: 0, value: [] });
  });
});
