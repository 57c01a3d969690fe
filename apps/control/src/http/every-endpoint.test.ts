import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { startControl, type Given, type TestControl } from "../testing/control.ts";
import {
  allEndpoints,
  readingEndpoints,
  writingEndpoints,
  type Addressed,
  type Endpoint,
} from "../testing/endpoints.ts";
import {
  givenActiveSync,
  givenInvitation,
  givenProject,
  givenSecrets,
  givenWebhook,
  ok,
} from "../testing/given.ts";
import { givenPerson } from "../testing/people.ts";

let control: TestControl;
let addressed: Addressed;
beforeAll(async () => {
  control = await startControl();
  const project = await givenProject(control, 2);
  await givenSecrets(control, project, { K: "value" });
  const { id: secretId } = await ok<{ id: string }>(control, "GET", `${project.path}/secret/K`);
  const syncId = await givenActiveSync(control, project);
  addressed = {
    project,
    secretId,
    syncId,
    tokenId: (await control.token()).id,
    memberId: (await givenPerson(control)).memberId,
    invitationId: await givenInvitation(control),
    ...(await givenWebhook(control)),
  };
});
afterAll(() => control.stop());

/** How much of everything there is, and what a request could have changed. */
async function everything(): Promise<string> {
  const { database } = control;
  const counts = await Promise.all([
    database.team.count(),
    database.project.count(),
    database.environment.count(),
    database.secret.count(),
    database.secretValue.findMany({ orderBy: [{ secretId: "asc" }, { environmentId: "asc" }] }),
    database.apiToken.count({ where: { revokedAt: null } }),
    database.sync.findMany({ orderBy: { id: "asc" } }),
    database.validation.count(),
  ]);
  return JSON.stringify(counts);
}

/** Each of the requests is refused with one of these statuses, with a message and a code, and nothing changes. */
async function allRefused(
  requests: ReadonlyArray<readonly [Endpoint, Given]>,
  status: number,
): Promise<void> {
  const before = await everything();
  for (const [{ method, path }, given] of requests) {
    const answer = await control.ask<{ message: string; code: string }>(method, path, given);
    expect([method, path, answer.status]).toEqual([method, path, status]);
    expect(answer.body).toEqual({ message: expect.any(String), code: expect.stringMatching(/^[A-Z_]+$/) });
    expect(answer.text.length).toBeLessThan(2_000);
  }
  expect(await everything()).toBe(before);
}

const writing = (given: (body: Record<string, unknown>) => Given): Array<[Endpoint, Given]> =>
  writingEndpoints(addressed).map((endpoint) => [endpoint, given({ ...endpoint.body })]);

describe("every endpoint that reads a body", () => {
  test("refuses an unknown field", () =>
    allRefused(
      writing((body) => ({ body: { ...body, unknown: 1 } })),
      400,
    ));

  test("refuses a field of a long unknown name without repeating all of it", () =>
    allRefused(
      writing((body) => ({ body: { ...body, ["x".repeat(100_000)]: 1 } })),
      400,
    ));

  test("refuses broken JSON", () =>
    allRefused(
      writing(() => ({ body: '{"name": ' })),
      400,
    ));

  test.each(["[]", "[{}]", "null", "7", '"text"', "true"])("refuses %s instead of an object", (body) =>
    allRefused(
      writing(() => ({ body })),
      400,
    ),
  );

  test("refuses fields of a wrong type, one after another", async () => {
    const requests = writingEndpoints(addressed).flatMap((endpoint) =>
      Object.keys(endpoint.body ?? {}).flatMap((field) =>
        [7, true, [[]], { a: {} }].flatMap((wrong): Array<[Endpoint, Given]> => {
          const isBoolean = typeof endpoint.body?.[field] === "boolean" && wrong === true;
          return isBoolean ? [] : [[endpoint, { body: { ...endpoint.body, [field]: wrong } }]];
        }),
      ),
    );
    await allRefused(requests, 400);
  });

  test("refuses NUL in any text", async () => {
    const requests = writingEndpoints(addressed).flatMap((endpoint) =>
      Object.entries(endpoint.body ?? {}).flatMap(([field, value]): Array<[Endpoint, Given]> =>
        typeof value === "string" ? [[endpoint, { body: { ...endpoint.body, [field]: `${value}\0` } }]] : [],
      ),
    );
    await allRefused(requests, 400);
  });

  test("refuses deep nesting", () => {
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    return allRefused(
      writing(() => ({ body: `{"unknown":${deep}}` })),
      400,
    );
  });

  test("refuses more than 2 MB", () => {
    const body = JSON.stringify({ name: "x".repeat(2_100_000) });
    return allRefused(
      writing(() => ({ body })),
      413,
    );
  });

  test.each(["text/plain", "application/x-www-form-urlencoded", "application/xml", "multipart/form-data"])(
    "refuses %s",
    (type) =>
      allRefused(
        writing((body) => ({ body, headers: { "content-type": type } })),
        415,
      ),
  );

  test("refuses who isn't signed in, before it looks at the body", () =>
    allRefused(
      [
        ...writing(() => ({ body: "{", token: null })),
        ...readingEndpoints(addressed).map((endpoint): [Endpoint, Given] => [endpoint, { token: null }]),
      ],
      401,
    ));
});

describe("every endpoint", () => {
  test("refuses other methods with 405, and Allow names those that it has", async () => {
    const all = allEndpoints(addressed);
    const pathOf = (path: string): string => path.replace(/\?.*/, "").replace(/\/secret\/[^/]+/, "/secret/x");
    const paths = new Set(all.map(({ path }) => pathOf(path)));
    for (const path of paths) {
      const own = new Set(
        all.filter((endpoint) => pathOf(endpoint.path) === path).map(({ method }) => method),
      );
      if (own.has("GET")) own.add("HEAD");
      const other = ["PUT", "PATCH", "DELETE", "POST", "GET"].find((method) => !own.has(method)) ?? "";
      for (const spelling of [path, `${path}/`]) {
        const { status, headers, body } = await control.ask(other, spelling);
        expect([other, spelling, status]).toEqual([other, spelling, 405]);
        expect(new Set(headers.get("allow")?.split(", "))).toEqual(own);
        expect(body).toMatchObject({ code: "METHOD_NOT_ALLOWED" });
      }
    }
  });

  test("gives no 5xx for hundreds of random bodies", async () => {
    const ids = [...addressed.project.environments, addressed.syncId, addressed.secretId, control.teamId];
    const leaf = fc.oneof(
      fc.constantFrom(...ids, "", "K", "default", "read", "0 3 * * *", "\0", "\ud800", "__proto__", "%", "'"),
      fc.string({ unit: "binary" }),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.constant("x".repeat(300)),
    );
    const any = fc.oneof(
      leaf,
      fc.array(leaf, { maxLength: 3 }),
      fc.dictionary(fc.constantFrom("environmentId", "value", "key", "cron", "timeZone", "all", "x"), leaf),
      fc.array(fc.dictionary(fc.constantFrom("key", "value", "environmentId", "type"), leaf), {
        maxLength: 3,
      }),
    );
    const endpoints = writingEndpoints(addressed).filter(({ path }) => !path.endsWith("disconnect"));
    const request = fc.constantFrom(...endpoints).chain((endpoint) =>
      fc.record({
        endpoint: fc.constant(endpoint),
        changes: fc.dictionary(fc.constantFrom("x", ...Object.keys(endpoint.body ?? {})), any, {
          maxKeys: 2,
        }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(request, async ({ endpoint, changes }) => {
        const { method, path, body } = endpoint;
        const answer = await control.ask(method, path, { body: { ...body, ...changes } });
        expect(answer.status).toBeLessThan(500);
        if (answer.status >= 400)
          expect(answer.body).toEqual({ message: expect.any(String), code: expect.any(String) });
      }),
      { numRuns: 200 },
    );
    expect(control.logs.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  }, 120_000);

  test("gives no 5xx for random addresses", async () => {
    const part = fc.oneof(
      fc.constantFrom(
        "v1",
        "workspace",
        "default",
        "project",
        "secret",
        "sync",
        "tokens",
        "runs",
        "%",
        "..",
        "%2f",
      ),
      fc.constantFrom(
        addressed.project.slug,
        addressed.syncId,
        "%00",
        "%ff",
        "a%2500",
        "?limit=9",
        "?cursor=%00",
      ),
      fc.string({ unit: "binary", maxLength: 8 }).map((text) => encodeURIComponent(text.toWellFormed())),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"),
        fc.array(part, { maxLength: 7 }),
        async (method, parts) => {
          const address = `/v1/${parts.join("/")}`;
          expect([address, (await control.ask(method, address)).status < 500]).toEqual([address, true]);
        },
      ),
      { numRuns: 400 },
    );
  });
});
