import { describe, expect, test } from "@jest/globals";
import { fromField, toField } from "./moment.ts";

describe("a field for date and time", () => {
  test("in UTC", () => {
    expect(toField("2026-11-25T20:14:03.000Z", "utc")).toBe("2026-11-25T20:14");
    expect(fromField("2026-11-25T20:14", "utc")).toBe("2026-11-25T20:14:00.000Z");
  });

  test("in this browser’s zone comes back as it was", () => {
    const instant = new Date(2026, 6, 1, 23, 30).toISOString();
    expect(toField(instant, "local")).toBe("2026-07-01T23:30");
    expect(fromField("2026-07-01T23:30", "local")).toBe(instant);
  });

  test.each([undefined, "", "yesterday"])("is empty for %p", (instant) => {
    expect(toField(instant, "utc")).toBe("");
  });

  test("empty is no instant", () => {
    expect(fromField("", "utc")).toBeUndefined();
    expect(fromField("", "local")).toBeUndefined();
  });
});
