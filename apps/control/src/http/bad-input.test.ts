import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startControl, type TestControl } from "../testing/control.ts";
import { givenProject, ok, type GivenProject } from "../testing/given.ts";

let control: TestControl;
let project: GivenProject;

beforeAll(async () => {
  control = await startControl();
  project = await givenProject(control);
});
afterAll(() => control.stop());

const secretBody = (secret: object, more: object = {}): object => ({
  environments: project.environments,
  secrets: [{ key: "NAME", value: "value", ...secret }],
  ...more,
});

async function refused(body: unknown): Promise<{ status: number; code: string; message: string }> {
  const { status, body: answer } = await control.ask("POST", `${project.path}/secret`, { body });
  return { status, ...(answer as { code: string; message: string }) };
}

describe("a malformed body", () => {
  test("broken JSON is refused as such", async () => {
    expect(await refused('{"environments": [')).toEqual({
      status: 400,
      code: "BODY_NOT_JSON",
      message: expect.stringContaining("isn't JSON"),
    });
  });

  test("no body is refused where one is needed", async () => {
    const answer = await control.ask("POST", `${project.path}/secret`);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: "VALIDATION" });
  });

  test.each([["null"], ['"text"'], ["[]"], ["7"], ["true"]])(
    "%s instead of an object is refused",
    async (body) => {
      expect(await refused(body)).toMatchObject({ status: 400, code: "VALIDATION" });
    },
  );

  test("a body over 2 MB is refused", async () => {
    const answer = await refused(secretBody({ value: "x".repeat(2_200_000) }));
    expect(answer).toMatchObject({ status: 413, code: "BODY_TOO_LARGE" });
  });

  test("another content type is refused", async () => {
    const answer = await control.ask("POST", `${project.path}/secret`, {
      body: "key=value",
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    expect(answer.status).toBe(415);
    expect(answer.body).toMatchObject({ code: "CONTENT_TYPE" });
  });

  test("an unknown content encoding is refused", async () => {
    const answer = await control.ask("POST", `${project.path}/secret`, {
      body: "{}",
      headers: { "content-encoding": "made-up" },
    });
    expect(answer.status).toBe(415);
  });

  test("a body that says gzip and isn't is refused", async () => {
    const answer = await control.ask("POST", `${project.path}/secret`, {
      body: "{}",
      headers: { "content-encoding": "gzip" },
    });
    expect(answer.status).toBe(400);
  });

  test("nesting a hundred thousand deep is refused, and costs no more than that", async () => {
    const depth = 100_000;
    const nested = `{"environments":[],"secrets":${"[".repeat(depth)}${"]".repeat(depth)}}`;
    expect(await refused(nested)).toMatchObject({ status: 400, code: "VALIDATION" });
  });

  test("deep nesting where anything is allowed is refused too", async () => {
    const [environmentId] = project.environments;
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const answer = await control.ask("PUT", `${project.path}/secret/00000000-0000-4000-8000-000000000000`, {
      body: `{"name":"A","values":[{"environmentId":"${environmentId}","value":"a","reminder":${deep}}]}`,
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  });

  test("an empty body with a JSON content type is no body", async () => {
    const answer = await control.ask("POST", "/v1/auth/exchange", {
      headers: { "content-type": "application/json", "content-length": "0" },
    });
    expect(answer.status).toBe(200);
  });
});

describe("wrong fields", () => {
  test("an unknown field is named", async () => {
    const answer = await refused(secretBody({}, { environment: "production" }));
    expect(answer).toMatchObject({ status: 400, code: "VALIDATION" });
    expect(answer.message).toContain("environment");
  });

  test("a field of the wrong type is named with its place", async () => {
    const answer = await refused(secretBody({ value: 7 }));
    expect(answer).toMatchObject({ status: 400, code: "VALIDATION" });
    expect(answer.message).toContain("secrets.0.value: ");
  });

  test("a missing field is named", async () => {
    const answer = await refused({ environments: project.environments });
    expect(answer.message).toContain("secrets: ");
  });

  test.each([
    ["an empty name", ""],
    ["a name with a space", "A B"],
    ["a name with a slash", "A/B"],
    ["a name with an umlaut", "GRÖSSE"],
    ["a name with a line break", "A\nB"],
    ["a name ending in a line break", "A\n"],
    ["a name of 256 characters", "N".repeat(256)],
  ])("%s is refused", async (_, key) => {
    const answer = await refused(secretBody({ key }));
    expect(answer).toMatchObject({ status: 400, code: "VALIDATION" });
    expect(answer.message).toContain("secrets.0.key: must be 1 to 255");
  });

  test("names of 1 and of 255 characters are taken", async () => {
    for (const key of ["a", "N".repeat(255)]) expect((await refused(secretBody({ key }))).status).toBe(201);
  });

  test("a value of 65,536 characters is taken, and one more is refused", async () => {
    expect((await refused(secretBody({ key: "LONGEST", value: "v".repeat(65_536) }))).status).toBe(201);
    const answer = await refused(secretBody({ key: "TOO_LONG", value: "v".repeat(65_537) }));
    expect(answer).toMatchObject({ status: 400, code: "VALIDATION" });
    expect(answer.message).toContain("secrets.0.value: must have 65536 characters");
  });

  test.each([
    ["in a value", { value: "a\0b" }],
    ["in a name", { key: "A\0" }],
    ["in a note", { note: "\0" }],
  ])("NUL %s is refused", async (_, secret) => {
    const answer = await refused(secretBody(secret));
    expect(answer).toMatchObject({ status: 400, code: "VALIDATION" });
    expect(answer.message).toContain("NUL");
  });

  test("a value that isn't well-formed Unicode is refused, as it couldn't be kept as it is", async () => {
    const body = JSON.stringify(secretBody({ value: "MARK" })).replace("MARK", String.raw`\ud800`);
    const answer = await refused(body);
    expect(answer).toMatchObject({ status: 400, code: "VALIDATION" });
    expect(answer.message).toContain("Unicode");
  });

  test("the members of Object's prototype are fields like any other", async () => {
    const body = JSON.stringify(secretBody({})).replace("{", '{"__proto__":{"admin":true},');
    expect(await refused(body)).toMatchObject({ status: 400 });
  });

  test("one wrong secret among good ones leaves nothing behind", async () => {
    const before = await ok(control, "GET", `${project.path}/secret`);
    const answer = await refused({
      environments: project.environments,
      secrets: [
        { key: "GOOD", value: "1" },
        { key: "NOT GOOD", value: "2" },
      ],
    });
    expect(answer.status).toBe(400);
    expect(await ok(control, "GET", `${project.path}/secret`)).toEqual(before);
  });
});

describe("wrong addresses", () => {
  test.each([
    ["%00", 400],
    ["a%00b", 400],
    ["%zz", 400],
    ["%ff", 400],
    ["%F0%9F%92%A9", 404],
    ["x".repeat(5_000), 404],
  ])("a project called %s gets a 4xx", async (name, status) => {
    const answer = await control.ask("GET", `/v1/workspace/default/project/${name}/secret`);
    expect(answer.status).toBe(status);
    expect(answer.body).toHaveProperty("code");
  });

  test.each([["not%20a%20name"], ["x".repeat(300)]])("a secret called %s isn't found", async (name) => {
    for (const method of ["GET", "DELETE"]) {
      const answer = await control.ask(method, `${project.path}/secret/${name}`);
      expect(answer.status).toBe(404);
    }
  });

  test.each([
    ["environmentId=abc"],
    ["environment_id=abc"],
    ["environmentId=a&environmentId=b"],
    ["environmentId[x]=1"],
    ["environmentId=%00"],
    ["resolve=perhaps"],
    ["unknown=1"],
  ])("the query ?%s is refused", async (query) => {
    const answer = await control.ask("GET", `${project.path}/secret?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: "VALIDATION" });
  });

  test("an environment that doesn't exist isn't found", async () => {
    const answer = await control.ask(
      "GET",
      `${project.path}/secret?environmentId=00000000-0000-4000-8000-000000000000`,
    );
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ code: "ENVIRONMENT_NOT_FOUND" });
  });

  test.each([
    ["/v1/nothing"],
    ["/v1/workspace/default/nothing"],
    ["/v1/"],
    ["/nothing"],
    ["/.well-known/nothing"],
    ["/v1/sync/azure-key-vault/nothing/at/all"],
  ])("%s isn't found", async (path) => {
    const answer = await control.ask("GET", path);
    expect(answer.status).toBe(404);
    expect(answer.body).toHaveProperty("message");
  });

  test("who isn't signed in learns nothing about the body", async () => {
    const answer = await control.ask("POST", `${project.path}/secret`, { body: "{", token: null });
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({ code: "UNAUTHENTICATED", message: "Invalid or expired token" });
  });
});

test("bad input is nobody's failure: nothing of it is logged as an error", () => {
  expect(control.logs.filter((line) => line.includes('"level":"error"'))).toEqual([]);
});
