import { expect, test } from "@jest/globals";
import { slugOf } from "./slug.ts";

test.each([
  ["Online Shop (EU)", "online-shop-eu"],
  ["  Größe & Maß ", "gro-e-ma"],
  ["Café", "cafe"],
  ["日本", ""],
  [`${"a".repeat(47)} b`, "a".repeat(47)],
  ["a".repeat(60), "a".repeat(48)],
])("the slug of “%s” is “%s”", (name, slug) => {
  expect(slugOf(name)).toBe(slug);
});
