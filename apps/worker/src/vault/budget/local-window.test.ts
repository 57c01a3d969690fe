import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { LocalWindow } from "./local-window.ts";

test("gives what fits in a window, and again what has left it", () => {
  const window = new LocalWindow(1_000);
  expect(window.take(5_000, 3, 5)).toEqual([3, 0]);
  expect(window.take(5_500, 1, 5)).toEqual([1, 0]);
  const [given, wait] = window.take(5_900, 3, 5);
  expect(given).toBe(1);
  expect(window.take(5_900 + wait - 1, 1, 5)[0]).toBe(0);
  expect(window.take(5_900 + wait, 4, 5)[0]).toBe(3);
});

test("counts what was given elsewhere", () => {
  const window = new LocalWindow(1_000);
  window.add(5_000, 4);
  expect(window.room(5_000, 5)).toBe(1);
  expect(window.room(5_000, 3)).toBe(0);
});

test("gives nothing while it is held", () => {
  const window = new LocalWindow(1_000);
  window.hold(5_000, 300);
  window.hold(5_000, 200);
  expect(window.take(5_100, 1, 5)).toEqual([0, 200]);
  expect(window.take(5_300, 1, 5)).toEqual([1, 0]);
});

test("never gives more than the limit within a window, whenever it is asked", () => {
  const asks = fc.array(
    fc.record({ after: fc.integer({ min: 0, max: 700 }), wanted: fc.integer({ min: 1, max: 9 }) }),
  );
  fc.assert(
    fc.property(asks, fc.integer({ min: 1, max: 12 }), (steps, limit) => {
      const window = new LocalWindow(1_000);
      const times: number[] = [];
      let now = 1_234_567;
      for (const { after, wanted } of steps) {
        now += after;
        const [given, wait] = window.take(now, wanted, limit);
        for (let n = 0; n < given; n += 1) times.push(now);
        expect(times.filter((time) => time > now - 1_000).length).toBeLessThanOrEqual(limit);
        if (given < wanted) expect(wait).toBeGreaterThan(0);
      }
    }),
  );
});
