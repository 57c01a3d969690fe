import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createMember, createPerson } from "@kvsync/store";
import { everywhere, randomName, startControl, type TestControl } from "../testing/control.ts";
import {
  givenActiveSync,
  givenInvitation,
  givenProject,
  givenSecrets,
  ok,
  secretIdOf,
} from "../testing/given.ts";
import { givenPerson } from "../testing/people.ts";

const BASE = "/v1/workspace/default";

let control: TestControl;
let names: string;
beforeAll(async () => {
  control = await startControl();
  const { database, workspaceId } = control;
  const project = await givenProject(control);
  for (let index = 0; index < 4; index += 1) {
    const email = `${randomName("person")}@example.com`;
    const { id: userId } = await createPerson(database, { email, name: "A Person", passwordHash: null });
    await createMember(database, { workspaceId, userId, role: "member", scope: everywhere });
    await givenInvitation(control);
    await control.token();
    await givenActiveSync(control, project);
  }
  const secrets = { A: "1", B: "1", a: "1", "c-1": "1" };
  await givenSecrets(control, project, secrets);
  const syncId = await givenActiveSync(control, project);
  names = `/v1/sync/${syncId}/names`;
  for (const [index, name] of Object.keys(secrets).entries())
    await ok(control, "PUT", `${names}/${await secretIdOf(control, project, name)}`, {
      vaultName: `n${index}`,
    });
  // Made in one moment: a page must not end in the middle of them.
  const at = new Date("2026-01-01T00:00:00.123Z");
  const later = { orderBy: { createdAt: "desc" }, take: 3, select: { id: true } } as const;
  const together = async (rows: Promise<Array<{ id: string }>>) => ({
    where: { id: { in: (await rows).map(({ id }) => id) } },
    data: { createdAt: at },
  });
  await database.member.updateMany(await together(database.member.findMany(later)));
  await database.invitation.updateMany(await together(database.invitation.findMany(later)));
  await database.apiToken.updateMany(await together(database.apiToken.findMany(later)));
  await database.sync.updateMany(await together(database.sync.findMany(later)));
});
afterAll(() => control.stop());

type Listed = Readonly<{ id: string }>;

/** All of a list, read in pages of so many. */
async function read<Row>(path: string, limit: number, ask: TestControl["ask"] = control.ask): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor = ""; ;) {
    const { status, body, headers } = await ask<Row[]>(
      "GET",
      `${path}${path.includes("?") ? "&" : "?"}limit=${limit}${cursor}`,
    );
    expect([path, status]).toEqual([path, 200]);
    expect(body.length).toBeLessThanOrEqual(limit);
    rows.push(...body);
    const next = headers.get("next-cursor");
    if (next === null) return rows;
    cursor = `&cursor=${next}`;
  }
}

test("a list is the same whole and in pages, and one after its end is empty", async () => {
  for (const path of [`${BASE}/members`, `${BASE}/invitations`, `${BASE}/tokens`, "/v1/sync", names]) {
    const { body: all, headers } = await control.ask<Listed[]>("GET", path);
    expect([path, all.length >= 4, headers.get("next-cursor")]).toEqual([path, true, null]);
    for (const limit of [1, 2, all.length, 200]) expect(await read(path, limit)).toEqual(all);
    const { headers: last } = await control.ask("GET", `${path}?limit=${all.length}`);
    expect((await control.ask("GET", `${path}?cursor=${last.get("next-cursor")}`)).body).toEqual([]);
  }
});

test("a page's limits and its cursor are checked", async () => {
  for (const path of [
    `${BASE}/members`,
    `${BASE}/invitations`,
    `${BASE}/tokens`,
    `${BASE}/project`,
    "/v1/sync",
    names,
  ])
    for (const query of ["limit=0", "limit=201", "limit=x", "cursor=x", "cursor=", "page=2"])
      expect([path, query, (await control.ask("GET", `${path}?${query}`)).status]).toEqual([
        path,
        query,
        400,
      ]);
});

test("what comes or goes in between moves no page: nothing is shown twice, nothing that was there is left out", async () => {
  const { body: before } = await control.ask<Listed[]>("GET", `${BASE}/invitations`);
  const { body: first, headers } = await control.ask<Listed[]>("GET", `${BASE}/invitations?limit=2`);
  const [gone] = first;
  await ok(control, "DELETE", `${BASE}/invitations/${gone?.id}`);
  const added = await givenInvitation(control);
  const { body: rest } = await control.ask<Listed[]>(
    "GET",
    `${BASE}/invitations?cursor=${headers.get("next-cursor")}`,
  );
  expect([...first, ...rest].map(({ id }) => id)).toEqual([...before.map(({ id }) => id), added]);
});

test("a page has so many projects, of whichever teams, and a team without any once", async () => {
  type Team = Readonly<{ id: string; name: string; projects: ReadonlyArray<{ id: string }> }>;
  const teams: string[] = [];
  for (const name of ["second", "empty", "third"])
    teams.push((await ok<Listed>(control, "POST", `${BASE}/team`, { name: `${name} ${randomName("")}` })).id);
  const [second, , third] = teams;
  for (const teamId of [second, second, second, third]) await givenProject(control, 1, teamId);
  const { body: all } = await control.ask<Team[]>("GET", `${BASE}/project`);
  const lines = (list: readonly Team[]): string[] =>
    list.flatMap(({ id, projects }) =>
      projects.length === 0 ? [`${id}:`] : projects.map((project) => `${id}:${project.id}`),
    );
  for (const limit of [1, 2, 3, 200])
    expect(lines(await read<Team>(`${BASE}/project`, limit))).toEqual(lines(all));
  expect(lines(all)).toHaveLength(6);
  // Who may see one project alone reads one.
  const [, one] = all.flatMap(({ projects }) => projects);
  const scope = { all: false, teams: [], projects: [one?.id ?? ""], environments: [] };
  const { ask } = await givenPerson(control, { role: "member", scope });
  expect((await read<Team>(`${BASE}/project`, 1, ask)).flatMap(({ projects }) => projects)).toEqual([one]);
});

test("tokens that ended are left out where somebody wishes", async () => {
  const [revoked, expired] = [await control.token(), await control.token()];
  await ok(control, "DELETE", `${BASE}/tokens/${revoked.id}`);
  await control.database.apiToken.update({ where: { id: expired.id }, data: { expiresAt: new Date(0) } });
  const ids = async (query: string): Promise<string[]> =>
    (await read<Listed>(`${BASE}/tokens?${query}`, 3)).map(({ id }) => id);
  const [all, working] = [await ids("ended=true"), await ids("ended=false")];
  expect(all.filter((id) => !working.includes(id)).toSorted()).toEqual([revoked.id, expired.id].toSorted());
  expect(working.length).toBeGreaterThanOrEqual(5);
});
