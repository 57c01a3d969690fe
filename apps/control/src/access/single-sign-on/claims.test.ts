import { expect, test } from "@jest/globals";
import { isOfDomain, readClaims } from "./claims.ts";

test.each([
  [{ sub: "1", email: "A@B.example", email_verified: true, name: " Ada " }, "a@b.example", "Ada"],
  [{ sub: "1", email: "a@b.example", xms_edov: "1" }, "a@b.example", null],
  [{ sub: "1", email: "a@b.example", email_verified: "true" }, null, null],
  [{ sub: "1", email: "a@b.example" }, null, null],
  [{ sub: "1", email: 7, email_verified: true, name: "" }, null, null],
])("of the claims %j, the address is %s and the name %s", (claims, verifiedEmail, name) => {
  expect(readClaims(claims)).toEqual({ subject: "1", verifiedEmail, name });
});

test("claims without a subject are none, and domains are compared whole", () => {
  expect(() => readClaims({ email: "a@b.example" })).toThrow("sub");
  expect(isOfDomain("a@b.example", ["b.example"])).toBe(true);
  expect(isOfDomain("a@x.b.example", ["b.example"])).toBe(false);
  expect(isOfDomain("a@b.example@c.example", ["b.example"])).toBe(false);
});
