import { describe, expect, test } from "@jest/globals";
import { durationWords, exactTime, relativeTime, shortTime } from "./time-words.ts";

const NOW = Date.UTC(2026, 10, 25, 20, 14, 3);

describe("a time", () => {
  test.each([
    [0, "just now"],
    [-20, "seconds ago"],
    [20, "in a few seconds"],
    [-90, "1 minute ago"],
    [7_200, "in 2 hours"],
    [30 * 86_400 - 60, "in 30 days"],
    [-86_400, "yesterday"],
    [-40 * 86_400, "last month"],
    [-800 * 86_400, "2 years ago"],
  ])("%d seconds from now is “%s”", (seconds, words) => {
    expect(relativeTime(NOW + seconds * 1000, NOW)).toBe(words);
  });

  test("is short where its unit allows", () => {
    expect(shortTime(NOW, "UTC", "day")).toBe("25 Nov");
    expect(shortTime(NOW, "Europe/Berlin", "hour")).toBe("25 Nov, 21:14");
  });

  test("is exact to the second and names its zone", () => {
    expect(exactTime(NOW, "UTC")).toBe("25 Nov 2026, 20:14:03 UTC");
    expect(exactTime(NOW, "Asia/Tokyo")).toBe("26 Nov 2026, 05:14:03 GMT+9");
  });
});

test.each([
  [0, "0 ms"],
  [999, "999 ms"],
  [3_240, "3.2 s"],
  [59_990, "1 min"],
  [250_000, "4 min 10 s"],
  [7_500_000, "2 h 5 min"],
  [200_000_000, "2 d 7 h"],
])("%d ms are “%s”", (ms, words) => {
  expect(durationWords(ms)).toBe(words);
});
