import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startControl, type TestControl } from "../testing/control.ts";
import {
  givenForeignWorkspace,
  givenProject,
  givenSecrets,
  ok,
  type GivenProject,
} from "../testing/given.ts";

let control: TestControl;
let teamId: string;
let first: GivenProject;
let second: GivenProject;
beforeAll(async () => {
  control = await startControl();
  teamId = (await ok<{ id: string }>(control, "POST", "/v1/workspace/default/team", { name: "Payments" })).id;
  first = await givenProject(control, 2, teamId);
  second = await givenProject(control, 1, teamId);
  await givenSecrets(control, first, { KEY: "first" });
  await givenSecrets(control, second, { KEY: "second" });
});
afterAll(() => control.stop());

const nowhere = { all: false, teams: [] as string[], projects: [] as string[], environments: [] as string[] };

async function seenWith(scope: typeof nowhere): Promise<{ environments: string[]; projects: string[] }> {
  const { token } = await control.token({ scope });
  const list = async <Item>(path: string): Promise<Item[]> => {
    const { status, body } = await control.ask<Item[]>("GET", path, { token });
    return status === 200 ? body : [];
  };
  const environments = await Promise.all(
    [first, second].map(({ path }) => list<{ id: string }>(`${path}/environment`)),
  );
  const teams = await list<{ projects: Array<{ slug: string }> }>("/v1/workspace/default/project");
  return {
    environments: environments.flat().map(({ id }) => id),
    projects: teams.flatMap(({ projects }) => projects.map(({ slug }) => slug)),
  };
}

describe("a token's scope", () => {
  test("a team brings its projects and their environments", async () => {
    const seen = await seenWith({ ...nowhere, teams: [teamId] });
    expect(seen.environments).toEqual([...first.environments, ...second.environments]);
    expect(seen.projects.toSorted()).toEqual([first.slug, second.slug].toSorted());
  });

  test("a project brings its environments and no other project", async () => {
    const seen = await seenWith({ ...nowhere, projects: [first.id] });
    expect(seen).toEqual({ environments: first.environments, projects: [first.slug] });
  });

  test("an environment brings itself alone, and its project's name", async () => {
    const [environmentId = ""] = first.environments;
    const seen = await seenWith({ ...nowhere, environments: [environmentId] });
    expect(seen).toEqual({ environments: [environmentId], projects: [first.slug] });
  });

  test("nothing brings nothing", async () => {
    expect(await seenWith(nowhere)).toEqual({ environments: [], projects: [] });
  });

  test("values of environments out of reach are neither shown nor changed", async () => {
    const [inReach = "", outOfReach = ""] = first.environments;
    const { token } = await control.token({ scope: { ...nowhere, environments: [inReach] } });
    const { body } = await control.ask<Array<{ id: string }>>("GET", `${first.path}/secret`, { token });
    expect(body).toMatchObject([{ name: "KEY", values: [{ environmentId: inReach, value: "first" }] }]);
    const id = body[0]?.id ?? "";
    const put = (values: object[], name = "KEY"): ReturnType<TestControl["ask"]> =>
      control.ask("PUT", `${first.path}/secret/${id}`, { token, body: { name, values } });

    expect((await put([{ environmentId: outOfReach, value: "x" }])).status).toBe(404);
    expect((await put([{ environmentId: inReach, value: "x" }], "RENAMED")).status).toBe(403);
    expect((await control.ask("DELETE", `${first.path}/secret/${id}`, { token })).status).toBe(403);
    expect((await put([{ environmentId: inReach, value: "new" }])).status).toBe(200);
    const { values } = await ok<{ values: object[] }>(control, "GET", `${first.path}/secret/KEY`);
    expect(values).toHaveLength(2);
    expect(values).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ environmentId: inReach, value: "new" }),
        expect.objectContaining({ environmentId: outOfReach, value: "first" }),
      ]),
    );
  });

  test("an admin's token with a narrow scope is no admin of the workspace", async () => {
    const { token } = await control.token({ role: "admin", scope: { ...nowhere, teams: [teamId] } });
    for (const path of ["/v1/sync", "/v1/workspace/default/tokens"])
      expect((await control.ask("GET", path, { token })).status).toBe(403);
  });
});

describe("another workspace", () => {
  test("is answered like one that doesn't exist, by its slug, its id, and the ids of what is in it", async () => {
    const foreign = await givenForeignWorkspace(control);
    const { slug } = await control.database.workspace.findUniqueOrThrow({
      where: { id: foreign.workspaceId },
    });
    const own = "/v1/workspace/default";
    const nil = "00000000-0000-4000-8000-000000000000";
    for (const [method, path, body] of [
      ["GET", `/v1/workspace/${slug}/team`],
      ["GET", `/v1/workspace/${foreign.workspaceId}/project`],
      ["POST", `/v1/workspace/${slug}/team`, { name: "Mine" }],
      ["GET", `/v1/workspace/${slug}/tokens`],
      ["GET", `${own}/project/${foreign.projectId}/environment`],
      ["GET", `${own}/project/theirs/secret`],
      ["POST", `${own}/project`, { name: "x", slug: "xx", teamId: foreign.teamId }],
      ["DELETE", `${own}/tokens/${foreign.tokenId}`],
      ["GET", `/v1/sync/${foreign.syncId}`],
      ["PATCH", `/v1/sync/${foreign.syncId}`, { name: "mine" }],
      ["POST", `/v1/sync/${foreign.syncId}/disconnect`],
      ["POST", "/v1/sync/azure-key-vault/start", { project: foreign.projectId }],
      ["POST", "/v1/sync/azure-key-vault/start", { project: first.slug, workspace: slug }],
      ["GET", `${first.path}/secret?environmentId=${foreign.environmentId}`],
      [
        "POST",
        `${first.path}/secret`,
        { environments: [foreign.environmentId], secrets: [{ key: "A", value: "" }] },
      ],
      ["PUT", `${first.path}/secret/${nil}`, { name: "A", values: [] }],
    ] as const) {
      const answer = await control.ask(method, path, { body });
      expect([path, answer.status]).toEqual([path, 404]);
      expect(answer.body).toMatchObject({ message: expect.any(String), code: expect.any(String) });
    }
    expect((await control.ask("GET", "/v1/me", { token: foreign.token })).status).toBe(200);
    expect(await control.ask("GET", "/v1/workspace", { token: foreign.token })).toMatchObject({
      body: [{ slug }],
    });
  });
});
