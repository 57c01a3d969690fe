import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startControl, type TestControl } from "../../testing/control.ts";
import { givenForeignWorkspace, givenProject, type GivenProject } from "../../testing/given.ts";

const TOKENS = "/v1/workspace/default/tokens";

let control: TestControl;
let project: GivenProject;
beforeAll(async () => {
  control = await startControl();
  project = await givenProject(control, 2);
});
afterAll(() => control.stop());

async function cliToken(token: string, environmentId = project.environments[0]): Promise<string> {
  const made = await control.ask<{ token: string }>("POST", `${TOKENS}/cli`, {
    token,
    body: { environmentId },
  });
  expect(made.status).toBe(200);
  return made.body.token;
}

const statusOf = async (token: string): Promise<number> =>
  (await control.ask("GET", "/v1/me", { token })).status;

describe("a CLI token", () => {
  test("never outlives the token that it was made with", async () => {
    const expiresAt = new Date(Date.now() + 60_000);
    const parent = await control.token({ expiresAt });
    const child = await cliToken(parent.token);
    await cliToken(child);
    const rows = await control.database.apiToken.findMany({ where: { type: "cli" } });
    expect(rows).toHaveLength(2);
    for (const row of rows) expect(row.expiresAt?.getTime()).toBeLessThanOrEqual(expiresAt.getTime());
  });

  test("lasts eight hours where its parent has no end", async () => {
    const parent = await control.token();
    await cliToken(parent.token);
    const row = await control.database.apiToken.findFirstOrThrow({ where: { createdById: parent.id } });
    const hours = ((row.expiresAt?.getTime() ?? 0) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(7.9);
    expect(hours).toBeLessThanOrEqual(8);
  });

  test("is revoked with the token that it was made with, and so are those made with it in turn", async () => {
    const parent = await control.token();
    const child = await cliToken(parent.token);
    const grandchild = await cliToken(child);
    const bystander = await control.token();
    expect(await statusOf(grandchild)).toBe(200);
    expect((await control.ask("DELETE", `${TOKENS}/${parent.id}`)).status).toBe(200);
    for (const token of [parent.token, child, grandchild]) expect(await statusOf(token)).toBe(401);
    expect(await statusOf(bystander.token)).toBe(200);
    expect((await control.ask("DELETE", `${TOKENS}/${parent.id}`)).status).toBe(404);
  });

  test("isn't made for an environment out of reach, which looks as if it didn't exist", async () => {
    const [first, second] = project.environments;
    const scope = { all: false, teams: [], projects: [], environments: [first ?? ""] };
    const { token } = await control.token({ scope });
    const answer = await control.ask("POST", `${TOKENS}/cli`, { token, body: { environmentId: second } });
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ code: "ENVIRONMENT_NOT_FOUND" });
  });
});

describe("a new token's scope", () => {
  const wish = { name: "scoped", permission: "read", expiresIn: "24h" };
  const nowhere = { all: false, teams: [], projects: [], environments: [] };

  test("must name something", async () => {
    const answer = await control.ask("POST", TOKENS, { body: { ...wish, scope: nowhere } });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ message: expect.stringMatching(/^scope: must be all, or name/) });
  });

  test("can't name what is in another workspace, nor what isn't anywhere", async () => {
    const theirs = await givenForeignWorkspace(control);
    const scopes = [
      { ...nowhere, teams: [theirs.teamId] },
      { ...nowhere, projects: [theirs.projectId] },
      { ...nowhere, environments: [theirs.environmentId] },
      { ...nowhere, environments: [project.id] },
    ];
    for (const scope of scopes) {
      const answer = await control.ask("POST", TOKENS, { body: { ...wish, scope } });
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({
        message: expect.stringMatching(/^scope: nothing here has the id /),
      });
    }
  });

  test("is kept as it was given where all of it is known", async () => {
    const scope = {
      ...nowhere,
      teams: [control.teamId],
      projects: [project.id],
      environments: project.environments,
    };
    const answer = await control.ask("POST", TOKENS, { body: { ...wish, scope } });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ scope });
  });
});

test("another workspace isn't found, whatever the token may do", async () => {
  for (const role of ["admin", "developer", "member"] as const) {
    const { token } = await control.token({ role });
    for (const path of ["tokens", "team", "project"]) {
      const answer = await control.ask("POST", `/v1/workspace/other/${path}`, { token, body: {} });
      expect(answer.status).toBe(404);
      expect(answer.body).toMatchObject({ code: "WORKSPACE_NOT_FOUND" });
    }
  }
});

test("a busy token's last use is noted, and not with each request", async () => {
  const { id, token } = await control.token();
  const lastUse = async (): Promise<Date | null> =>
    (await control.database.apiToken.findUniqueOrThrow({ where: { id } })).lastUsedAt;
  expect(await lastUse()).toBeNull();
  await statusOf(token);
  const first = await lastUse();
  expect(first).not.toBeNull();
  await statusOf(token);
  expect(await lastUse()).toEqual(first);
});
