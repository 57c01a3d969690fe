import { expect, test } from "@jest/globals";
import { nextAddress } from "./next-address.ts";

test.each([
  [undefined, "/", false],
  ["/w/shop/projects?a=b#c", "/w/shop/projects?a=b#c", false],
  ["/ops/queues", "/ops/queues", true],
  ["/sign-in?next=/x", "/", false],
  ["https://evil.example/", "/", false],
  ["//evil.example/", "/", false],
  ["/\\evil.example/", "/", false],
  ["/\t/evil.example/", "/", false],
  ["/.//evil.example/", "/", false],
  ["/x/..//evil.example/", "/", false],
  ["javascript:alert(1)", "/", false],
])("after signing in, “%s” leads to %s", (wanted, href, outside) => {
  expect(nextAddress(wanted)).toEqual({ href, outside });
});
