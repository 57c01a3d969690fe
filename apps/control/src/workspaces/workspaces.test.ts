import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { randomName, startControl, type TestControl } from "../testing/control.ts";
import { givenProject, ok } from "../testing/given.ts";

const BASE = "/v1/workspace/default";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let control: TestControl;
beforeAll(async () => {
  control = await startControl();
});
afterAll(() => control.stop());

describe("the hierarchy", () => {
  test("lists are bare arrays in Enkryptify's shapes, with and without a slash at the end", async () => {
    const project = await givenProject(control);
    const shapes = [
      ["/v1/workspace", { id: control.workspaceId, name: "Default", slug: "default" }],
      [
        `${BASE}/team`,
        { id: control.teamId, name: "Default", projectCount: 1, createdAt: expect.any(String) },
      ],
      [
        `${BASE}/project`,
        {
          id: control.teamId,
          name: "Default",
          projects: [{ id: project.id, name: project.slug, slug: project.slug }],
        },
      ],
      [
        `${project.path}/environment`,
        { id: project.environments[0], name: "environment 0", hasPersonalOverrides: false },
      ],
    ] as const;
    for (const [path, item] of shapes)
      for (const spelling of [path, `${path}/`]) {
        const { status, body } = await control.ask("GET", spelling);
        expect(status).toBe(200);
        expect(body).toEqual([item]);
      }
  });

  test("a workspace and a project are found by slug and by id", async () => {
    const { id, environments } = await givenProject(control);
    const path = `/v1/workspace/${control.workspaceId}/project/${id}/environment`;
    expect(await ok(control, "GET", path)).toMatchObject([{ id: environments[0] }]);
  });

  test("who asks is told by the token's id and name", async () => {
    const { id, token } = await control.token({ name: "deploy" });
    const { body } = await control.ask("GET", "/v1/me", { token });
    expect(body).toEqual({ id, email: "", name: "deploy" });
  });

  test.each(["", "/"])(
    "teams, projects and environments are made without redirects, path ending “%s”",
    async (end) => {
      const name = randomName("t");
      const team = await control.ask<{ id: string }>("POST", `${BASE}/team${end}`, { body: { name } });
      expect(team.status).toBe(201);
      expect(team.body).toEqual({ id: expect.stringMatching(UUID), name });

      const wish = { name: " Shop ", slug: name, teamId: team.body.id };
      const project = await control.ask("POST", `${BASE}/project${end}`, { body: wish });
      expect(project.status).toBe(201);
      expect(project.body).toEqual({ id: expect.stringMatching(UUID), name: "Shop", slug: name });

      const environment = await control.ask("POST", `${BASE}/project/${name}/environment${end}`, {
        body: { name: "production", hasPersonalOverrides: true },
      });
      expect(environment.status).toBe(201);
      expect(environment.body).toEqual({
        id: expect.stringMatching(UUID),
        name: "production",
        hasPersonalOverrides: true,
      });
    },
  );

  test("what exists already is answered with 409, and nothing is made", async () => {
    const { path, slug } = await givenProject(control);
    const { teamId } = control;
    for (const [address, body] of [
      [`${BASE}/team`, { name: "Default" }],
      [`${BASE}/project`, { name: "another", slug, teamId }],
      [`${path}/environment`, { name: "environment 0" }],
    ] as const) {
      const before = await ok(control, "GET", address);
      const answer = await control.ask("POST", address, { body });
      expect(answer.status).toBe(409);
      expect(answer.body).toMatchObject({
        code: "EXISTS",
        message: expect.stringContaining("exists already"),
      });
      expect(await ok(control, "GET", address)).toEqual(before);
    }
  });

  test("of two who make the same at once, one wins and the other gets 409", async () => {
    const name = randomName("t");
    const answers = await Promise.all(
      [1, 2, 3].map(() => control.ask("POST", `${BASE}/team`, { body: { name } })),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
  });

  test.each([
    ["team", { name: "" }, "name"],
    ["team", { name: " ".repeat(5) }, "name"],
    ["team", { name: "x".repeat(101) }, "name"],
    ["team", { name: "x\0" }, "NUL"],
    ["team", { name: "x", extra: 1 }, "extra"],
    ["team", ["x"], "object"],
    ["project", { name: "x", slug: "x", teamId: "?" }, "slug"],
    ["project", { name: "x", slug: "Upper", teamId: "?" }, "slug"],
    ["project", { name: "x", slug: "x".repeat(49), teamId: "?" }, "slug"],
    ["project", { name: "x", slug: "fine", teamId: "?" }, "teamId"],
    ["project", { name: "x", slug: "fine" }, "teamId"],
  ])("a %s like %j is refused with 400, naming “%s”", async (kind, body, named) => {
    const answer = await control.ask("POST", `${BASE}/${kind}`, { body });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: "VALIDATION", message: expect.stringContaining(named) });
  });

  test("a slug that looks like an id is refused, as it could stand for another project", async () => {
    const { id } = await givenProject(control);
    const body = { name: "x", slug: id, teamId: control.teamId };
    expect((await control.ask("POST", `${BASE}/project`, { body })).status).toBe(400);
  });

  test("a name of a hundred characters, of any language, is kept as it is", async () => {
    const name = "Zahlungsverkehr 支付 👋".padEnd(100, "x");
    expect(await ok(control, "POST", `${BASE}/team`, { name })).toMatchObject({ name });
  });

  test("what isn't there is answered with 404 and its own code", async () => {
    const nil = "00000000-0000-4000-8000-000000000000";
    for (const [method, path, code, body] of [
      ["GET", "/v1/workspace/none/team", "WORKSPACE_NOT_FOUND"],
      ["GET", `${BASE}/project/none/environment`, "PROJECT_NOT_FOUND"],
      ["POST", `${BASE}/project/none/environment`, "PROJECT_NOT_FOUND", { name: "x" }],
      ["POST", `${BASE}/project`, "TEAM_NOT_FOUND", { name: "x", slug: "some", teamId: nil }],
    ] as const) {
      const answer = await control.ask(method, path, { body });
      expect(answer.status).toBe(404);
      expect(answer.body).toMatchObject({ code });
    }
  });
});
