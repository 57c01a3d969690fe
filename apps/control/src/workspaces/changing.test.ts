import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { AuditEventBody, AuditPageBody } from "@kvsync/contracts/api";
import { randomName, startControl, type TestControl } from "../testing/control.ts";
import {
  givenActiveSync,
  givenForeignWorkspace,
  givenProject,
  givenSecrets,
  ok,
  type GivenProject,
} from "../testing/given.ts";

const WORKSPACE = "/v1/workspace/default";

let control: TestControl;
beforeAll(async () => {
  control = await startControl();
});
afterAll(() => control.stop());

const givenTeam = async (name = randomName("Team ")): Promise<{ id: string; name: string }> =>
  ok(control, "POST", `${WORKSPACE}/team`, { name });
const environmentOf = (project: GivenProject, index = 0): string =>
  `${project.path}/environment/${project.environments[index]}`;

/** What was noted of this id, newest first. */
async function noted(entityId: string): Promise<AuditEventBody[]> {
  const path = `${WORKSPACE}/audit?entityId=${entityId}`;
  return (await ok<AuditPageBody>(control, "GET", path)).events;
}

describe("a team", () => {
  test("is renamed, and deleted once it has no project; both are noted", async () => {
    const { id, name } = await givenTeam();
    const project = await givenProject(control, 0, id);
    const renamed = randomName("Renamed ");
    expect(await ok(control, "PATCH", `${WORKSPACE}/team/${id}`, { name: renamed })).toEqual({
      id,
      name: renamed,
    });
    const refused = await control.ask("DELETE", `${WORKSPACE}/team/${id}`);
    expect(refused).toMatchObject({ status: 409, body: { code: "IN_USE" } });
    await ok(control, "PATCH", project.path, { teamId: control.teamId });
    expect((await control.ask("DELETE", `${WORKSPACE}/team/${id}`)).status).toBe(204);
    expect((await control.ask("DELETE", `${WORKSPACE}/team/${id}`)).status).toBe(404);
    expect((await noted(id)).map(({ action }) => action)).toEqual([
      "team.deleted",
      "team.renamed",
      "team.created",
    ]);
    expect((await noted(id))[1]).toMatchObject({
      entity: { name: renamed },
      before: { name },
      after: { name: renamed },
    });
    const [moved] = await noted(project.id);
    expect(moved).toMatchObject({ before: { teamId: id }, after: { teamId: control.teamId } });
  });

  test("can't get another's name", async () => {
    const [one, other] = [await givenTeam(), await givenTeam()];
    const answer = await control.ask("PATCH", `${WORKSPACE}/team/${one.id}`, { body: { name: other.name } });
    expect(answer).toMatchObject({ status: 409, body: { code: "EXISTS" } });
  });
});

describe("a project", () => {
  test("gets another name and slug, and keeps its id and secrets", async () => {
    const project = await givenProject(control);
    await givenSecrets(control, project, { KEY: "v" });
    const slug = randomName("s");
    const changed = await ok(control, "PATCH", project.path, { name: "Other", slug });
    expect(changed).toEqual({ id: project.id, name: "Other", slug });
    expect((await control.ask("GET", `${project.path}/secret`)).status).toBe(404);
    expect(await ok(control, "GET", `${WORKSPACE}/project/${slug}/secret/KEY`)).toMatchObject({
      name: "KEY",
    });
  });

  test("is refused a slug that is taken, a team that isn't there, and a change of nothing", async () => {
    const [one, other] = [await givenProject(control), await givenProject(control)];
    const change = (body: object): ReturnType<TestControl["ask"]> => control.ask("PATCH", one.path, { body });
    expect(await change({ slug: other.slug })).toMatchObject({ status: 409, body: { code: "EXISTS" } });
    expect(await change({ teamId: crypto.randomUUID() })).toMatchObject({ status: 404 });
    const { teamId } = await givenForeignWorkspace(control);
    expect(await change({ teamId })).toMatchObject({ status: 404, body: { code: "TEAM_NOT_FOUND" } });
    expect((await change({})).status).toBe(400);
  });

  test("is deleted with everything in it, and not while a sync is connected", async () => {
    const project = await givenProject(control);
    await givenSecrets(control, project, { KEY: "v" });
    const syncId = await givenActiveSync(control, project);
    const refused = await control.ask<{ message: string }>("DELETE", project.path);
    expect(refused).toMatchObject({ status: 409, body: { code: "IN_USE" } });
    expect(refused.body.message).toContain("Disconnect");
    await control.database.sync.update({ where: { id: syncId }, data: { state: "disconnected" } });
    expect((await control.ask("DELETE", project.path)).status).toBe(204);
    expect((await control.ask("GET", `${project.path}/environment`)).status).toBe(404);
    expect(await control.database.secret.count({ where: { projectId: project.id } })).toBe(0);
    expect((await noted(project.id))[0]?.action).toBe("project.deleted");
  });
});

describe("an environment", () => {
  test("is renamed, and has personal values switched on", async () => {
    const project = await givenProject(control, 2);
    const change = { name: "acceptance", hasPersonalOverrides: true };
    const changed = await ok(control, "PATCH", environmentOf(project), change);
    expect(changed).toEqual({ id: project.environments[0], ...change });
    const taken = await control.ask("PATCH", environmentOf(project, 1), { body: { name: "acceptance" } });
    expect(taken).toMatchObject({ status: 409, body: { code: "EXISTS" } });
  });

  test("is deleted with its values, and not while a sync is linked to it", async () => {
    const project = await givenProject(control, 2);
    await givenSecrets(control, project, { KEY: "v" });
    const syncId = await givenActiveSync(control, project);
    expect(await control.ask("DELETE", environmentOf(project))).toMatchObject({
      status: 409,
      body: { code: "IN_USE" },
    });
    expect((await control.ask("DELETE", environmentOf(project, 1))).status).toBe(204);
    await control.database.sync.update({ where: { id: syncId }, data: { state: "disconnected" } });
    expect((await control.ask("DELETE", environmentOf(project))).status).toBe(204);
    expect(await ok(control, "GET", `${project.path}/environment`)).toEqual([]);
    expect(await ok(control, "GET", `${project.path}/secret`)).toEqual([]);
  });

  test("of another project isn't found", async () => {
    const [one, other] = [await givenProject(control), await givenProject(control)];
    const path = `${one.path}/environment/${other.environments[0]}`;
    expect((await control.ask("DELETE", path)).status).toBe(404);
    expect((await control.ask("PATCH", path, { body: { name: "x" } })).status).toBe(404);
  });
});

test("is all for admins who may write, in their own workspace", async () => {
  const project = await givenProject(control);
  const { id } = await givenTeam();
  const theirs = await givenForeignWorkspace(control);
  const kinds = [{ role: "developer" }, { role: "member" }, { role: "admin", permission: "read" }] as const;
  for (const path of [`${WORKSPACE}/team/${id}`, project.path, environmentOf(project)])
    for (const [method, body] of [["PATCH", { name: "x" }] as const, ["DELETE", undefined] as const]) {
      for (const kind of kinds) {
        const { token } = await control.token(kind);
        expect((await control.ask(method, path, { body, token })).status).toBe(403);
      }
      expect((await control.ask(method, path, { body, token: theirs.token })).status).toBe(404);
    }
  expect((await control.ask("DELETE", `${WORKSPACE}/team/${theirs.teamId}`)).status).toBe(404);
});
