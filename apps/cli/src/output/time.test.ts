import { expect, test } from "@jest/globals";
import { duration, parseDuration, relative } from "./time.ts";

test("lengths of time are read with their units, seconds without one", () => {
  expect(["90", "90s", "10m", "1.5h", "250ms"].map(parseDuration)).toEqual([
    90_000, 90_000, 600_000, 5_400_000, 250,
  ]);
});

test.each(["", "0", "-1s", "1d", "soon", "200h", "1 m"])("“%s” is no length of time", (text) => {
  expect(() => parseDuration(text)).toThrow(expect.objectContaining({ exitCode: 2 }));
});

test("lengths of time are shown as exactly as one needs them", () => {
  expect([420, 9_999, 12_400, 200_000, 7_000_000, 400_000_000].map(duration)).toEqual([
    "0.4 s",
    "10.0 s",
    "12 s",
    "3 min",
    "2 h",
    "5 d",
  ]);
  const now = Date.parse("2026-11-25T12:00:00Z");
  expect(relative("2026-11-25T11:57:00Z", now)).toBe("3 min ago");
  expect(relative("2026-11-25T12:00:00.400Z", now)).toBe("now");
  expect(relative("2026-11-25T12:00:12Z", now)).toBe("in 12 s");
});
