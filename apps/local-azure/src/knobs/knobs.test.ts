import { describe, expect, test } from "@jest/globals";
import { Clock } from "../clock.ts";
import { seededRandom } from "../random.ts";
import { chooseFault } from "./faults.ts";
import { Knobs } from "./knobs.ts";
import { Latency } from "./latency.ts";
import { type FaultRule, knobsPatch } from "./schema.ts";

describe("Knobs", () => {
  test("change what a patch names and leave the rest", () => {
    const knobs = new Knobs(new Clock());
    knobs.patch({ throttle: { creates: 5 }, latency: { byOperation: { setSecret: 9, getSecret: 8 } } });
    knobs.patch({ latency: { byOperation: { setSecret: null } }, firewall: { A: "open" } });
    expect(knobs.values.throttle).toMatchObject({ creates: 5, others: 4000 });
    expect(knobs.values.latency.byOperation).toEqual({ getSecret: 8 });
    expect(knobs.values.firewall).toEqual({ a: "open" });
  });

  test.each([
    ["an unknown group", { nonsense: {} }],
    ["an unknown field", { throttle: { many: 1 } }],
    ["an unknown operation", { latency: { byOperation: { steal: 1 } } }],
    ["a negative delay", { deletion: { deleteMs: -1 } }],
    ["a rate over one", { paging: { emptyPageRate: 1.1 } }],
    ["a fault of success", { faults: [{ operation: "*", effect: { kind: "answer", status: 200 } }] }],
  ])("refuse %s and change nothing", (_, patch) => {
    const knobs = new Knobs(new Clock());
    const before = knobs.snapshot();
    expect(() => knobs.patch(patch as object)).toThrow();
    expect(knobs.snapshot()).toEqual(before);
  });

  test("move the clock, and reset it with everything else", () => {
    const clock = new Clock(() => 1_000_500);
    const knobs = new Knobs(clock);
    knobs.advance(2000);
    knobs.advance(500);
    expect([clock.now(), clock.seconds(), knobs.snapshot().clock.offsetMs]).toEqual([1_003_000, 1003, 2500]);
    knobs.patch({ token: { lifetimeSeconds: 1 } });
    knobs.reset();
    expect([clock.now(), knobs.values.token.lifetimeSeconds]).toEqual([1_000_500, 3599]);
  });

  test("give the same dice for the same seed", () => {
    const [one, other] = [new Knobs(new Clock()), new Knobs(new Clock())];
    one.roll();
    for (const knobs of [one, other]) knobs.patch({ seed: 42 });
    const rolls = (knobs: Knobs): number[] => Array.from({ length: 5 }, () => knobs.roll());
    expect(rolls(one)).toEqual(rolls(other));
  });
});

describe("The seeded dice", () => {
  test("are spread evenly from 0 to 1", () => {
    const random = seededRandom(1);
    const buckets = Array.from({ length: 10 }, () => 0);
    for (let roll = 0; roll < 100_000; roll += 1) {
      const bucket = Math.floor(random() * 10);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    for (const count of buckets) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });
});

describe("A fault", () => {
  const rules = (...given: Record<string, unknown>[]): FaultRule[] =>
    knobsPatch.parse({ faults: given.map((rule) => ({ effect: { kind: "drop" }, ...rule })) }).faults ?? [];
  const never = (): number => 1;
  const always = (): number => 0;

  test("strikes the operation, vault and secret it names, whatever their case", () => {
    const [rule] = [rules({ operation: "setSecret", vault: "Web", secret: "Db" })];
    const target = { operation: "setSecret", vault: "web", secret: "DB" } as const;
    expect(chooseFault(rule, "before", target, always)).toEqual({ kind: "drop" });
    expect(chooseFault(rule, "after", target, always)).toBeUndefined();
    expect(chooseFault(rule, "before", { ...target, operation: "getSecret" }, always)).toBeUndefined();
    expect(chooseFault(rule, "before", { ...target, vault: "other" }, always)).toBeUndefined();
    expect(chooseFault(rule, "before", { operation: "setSecret" }, always)).toBeUndefined();
  });

  test("strikes as often as remains, and shows how often that is", () => {
    const rule = rules({ operation: "*", remaining: 2 });
    const strikes = Array.from({ length: 3 }, () =>
      chooseFault(rule, "before", { operation: "token" }, never),
    );
    expect(strikes.map((effect) => effect !== undefined)).toEqual([true, true, false]);
    expect(rule[0]?.remaining).toBe(0);
  });

  test("strikes when the dice fall below its rate, and leaves the rest to the next rule", () => {
    const two = rules({ operation: "*", rate: 0.5 }, { operation: "token", effect: { kind: "hang" } });
    expect(chooseFault(two, "before", { operation: "token" }, () => 0.49)).toEqual({ kind: "drop" });
    expect(chooseFault(two, "before", { operation: "token" }, () => 0.5)).toEqual({ kind: "hang" });
  });
});

describe("Latency", () => {
  test("holds thousands of waits at once and ends them all when local Azure stops", async () => {
    const latency = new Latency();
    const waits = Promise.all(Array.from({ length: 5000 }, () => latency.wait(600_000)));
    latency.end();
    expect(new Set(await waits)).toEqual(new Set([false]));
    expect(await latency.wait(600_000)).toBe(false);
  });

  test("passes in real time", async () => {
    expect(await new Latency().wait(1)).toBe(true);
  });
});
