import { describe, expect, test } from "@jest/globals";
import { defaultSchedule, nextAttemptIn, retryAfterMs } from "./schedule.ts";

const HOUR = 3_600_000;

describe("gaps between attempts", () => {
  const gaps = (random: number): number[] => {
    const all: number[] = [];
    for (let tries = 1; ; tries += 1) {
      const gap = nextAttemptIn(defaultSchedule, tries, random, null);
      if (gap === null) return all;
      all.push(gap);
    }
  };

  test("grow up to six hours, and end after about a day", () => {
    const usual = gaps(0.5);
    expect(usual.map((gap) => gap / 1_000)).toEqual([
      10, 30, 90, 270, 810, 2_430, 7_290, 21_600, 21_600, 21_600,
    ]);
    expect(usual.reduce((sum, gap) => sum + gap) / HOUR).toBeCloseTo(21, 0);
  });

  test("are up to a fifth shorter or longer", () => {
    expect(gaps(0)[0]).toBe(8_000);
    expect(gaps(0.999_999)[0]).toBe(12_000);
  });

  test("are never shorter than the receiver asked, up to a day", () => {
    expect(nextAttemptIn(defaultSchedule, 1, 0.5, 60_000)).toBe(60_000);
    expect(nextAttemptIn(defaultSchedule, 1, 0.5, 1_000)).toBe(10_000);
    expect(nextAttemptIn(defaultSchedule, 1, 0.5, 1_000 * HOUR)).toBe(24 * HOUR);
  });

  test("asking to wait buys no attempt more", () => {
    expect(nextAttemptIn(defaultSchedule, defaultSchedule.attempts, 0.5, 60_000)).toBeNull();
  });
});

test.each([
  [undefined, null],
  ["120", 120_000],
  [" 0 ", 0],
  ["Thu, 26 Nov 2026 00:01:00 GMT", 60_000],
  ["Thu, 26 Nov 2026 00:00:00 GMT", 0],
  ["Wed, 25 Nov 2026 00:00:00 GMT", 0],
  ["-1", null],
  ["1.5", null],
  ["soon", null],
  ["2026-11-26", null],
  ["99999999999", null],
])("Retry-After: %s asks for %s ms", (header, expected) => {
  expect(retryAfterMs(header, Date.parse("2026-11-26T00:00:00Z"))).toBe(expected);
});
