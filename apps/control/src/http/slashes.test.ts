import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startControl, type TestControl } from "../testing/control.ts";
import { FROM_HERE, givenPerson } from "../testing/people.ts";

let control: TestControl;
beforeAll(async () => {
  control = await startControl();
});
afterAll(() => control.stop());

/** Past the checks of answers, which know no such path. */
const ask = (path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Response> =>
  fetch(`${control.origin}${path}`, { method, headers, redirect: "manual" });
const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

test("an address that ends in a slash leads an SDK to the API all the same", async () => {
  const { token } = await control.token();
  const plain = await ask("/v1/me", bearer(token));
  const left = Number(plain.headers.get("ratelimit-remaining"));
  const body = await plain.text();
  for (const [index, path] of ["//v1/me", "///v1/me", "//v1/me/", "//V1/me?x"].entries()) {
    const answer = await ask(path, bearer(token));
    expect([path, answer.status, await answer.text()]).toEqual([path, 200, body]);
    // Counted like any other request.
    expect(Number(answer.headers.get("ratelimit-remaining"))).toBe(left - index - 1);
  }
});

test("it meets the same guards", async () => {
  const { token: member } = await control.token({ role: "member", permission: "read" });
  const { cookie } = await givenPerson(control);
  for (const [method, path, headers, status] of [
    ["GET", "//v1/me", {}, 401],
    ["GET", "//v1/workspace/default/audit", bearer(member), 403],
    ["GET", "//v1/workspace/none/project", bearer(member), 404],
    ["POST", "//v1/workspace/default/project/p/secret", bearer(member), 404],
    ["DELETE", "//v1/session", { cookie, "sec-fetch-site": "cross-site" }, 403],
    ["DELETE", "//v1/session", { cookie, ...FROM_HERE }, 204],
    ["GET", "//v1/workspace/%00", bearer(member), 400],
  ] as const) {
    const answer = await ask(path, headers, method);
    expect([method, path, answer.status]).toEqual([method, path, status]);
    await answer.text();
  }
});

test("no other path has two spellings", async () => {
  const { token } = await control.token({ role: "admin" });
  for (const path of [
    "//ops/queues",
    "//livez",
    "//.well-known/jwks",
    "//v10/me",
    "//x/v1/me",
    "/v1//me",
    "//v1//me",
  ]) {
    const answer = await ask(path, bearer(token));
    expect([path, answer.status]).toEqual([path, 404]);
    await answer.text();
  }
});
