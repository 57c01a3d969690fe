import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startControl, type TestControl } from "../testing/control.ts";
import { givenProject, givenSecrets, ok, secretIdOf, type GivenProject } from "../testing/given.ts";

type Outline = Readonly<{ id: string; etag: string }>;
type Named = Readonly<{ name: string }>;

let control: TestControl;
let project: GivenProject;
beforeAll(async () => {
  control = await startControl();
  project = await givenProject(control, 2);
  await givenSecrets(control, project, { KEY: "a value of its own" });
});
afterAll(() => control.stop());

test("an outline tells where a secret has values and when they changed, and needs none of them", async () => {
  const own = await givenProject(control, 2);
  await givenSecrets(control, own, { BOTH: "x" });
  await givenSecrets(control, { ...own, environments: own.environments.slice(0, 1) }, { ONE: "y" });
  await control.database.secretValue.updateMany({
    where: { secret: { projectId: own.id } },
    data: { ciphertext: new Uint8Array(64) },
  });
  expect((await control.ask("GET", `${own.path}/secret`)).status).toBe(500);
  const list = await ok<Outline[]>(control, "GET", `${own.path}/secret?values=false`);
  const value = (environmentId: string | undefined): object => ({
    environmentId,
    isPersonal: false,
    updatedAt: expect.any(String),
  });
  expect(list).toMatchObject([
    { name: "BOTH", note: "", values: expect.arrayContaining(own.environments.map(value)) },
    { name: "ONE", values: [value(own.environments[0])] },
  ]);
  const { headers } = await control.ask("GET", `${own.path}/secret?values=false`);
  expect(headers.get("etag")).toMatch(/^"/);
  const changed = await control.ask("PATCH", `${own.path}/secret/${list[0]?.id}`, {
    body: { note: "n" },
    headers: { "if-match": list[0]?.etag ?? "" },
  });
  expect(changed.status).toBe(200);
  expect(JSON.stringify(list)).not.toMatch(/"value"|ciphertext|fingerprint/);
});

test("pages are followed by a header, each secret once, with values and without", async () => {
  const own = await givenProject(control);
  const names = Array.from({ length: 25 }, (_, index) => `NAME_${String(index).padStart(2, "0")}`);
  await givenSecrets(control, own, Object.fromEntries(names.map((name) => [name, "v"])));
  for (const values of ["true", "false"]) {
    const seen: string[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const more: string = cursor === "" ? "" : `&cursor=${cursor}`;
      const page: Awaited<ReturnType<typeof control.ask<Named[]>>> = await control.ask<Named[]>(
        "GET",
        `${own.path}/secret?values=${values}&limit=10${more}`,
      );
      expect(page.body.length).toBeLessThanOrEqual(10);
      seen.push(...page.body.map(({ name }) => name));
      cursor = page.headers.get("next-cursor");
    }
    expect(seen).toEqual(names);
  }
  const all = await control.ask<Named[]>("GET", `${own.path}/secret`);
  expect(all.body).toHaveLength(25);
  expect(all.headers.get("next-cursor")).toBeNull();
});

test.each(["limit=0", "limit=201", "cursor=x", "cursor=", "values=maybe"])(
  "?%s is refused",
  async (query) => {
    expect((await control.ask("GET", `${project.path}/secret?${query}`)).status).toBe(400);
  },
);

test("one value is revealed by the secret's id, for who reaches its environment", async () => {
  const id = await secretIdOf(control, project, "KEY");
  const [first = "", second = ""] = project.environments;
  const reveal = (environmentId: string, token?: string): ReturnType<TestControl["ask"]> =>
    control.ask(
      "GET",
      `${project.path}/secret/${id}/value?environmentId=${environmentId}`,
      token === undefined ? {} : { token },
    );
  const answer = await reveal(first);
  expect(answer.body).toEqual({ environmentId: first, isPersonal: false, value: "a value of its own" });
  expect(answer.headers.get("cache-control")).toBe("no-store");
  const tag = (await control.ask("GET", `${project.path}/secret/KEY`)).headers.get("etag");
  expect(answer.headers.get("etag")).toBe(tag);
  const scope = { all: false, teams: [], projects: [], environments: [first] };
  const { token } = await control.token({ scope, permission: "read", role: "member" });
  expect((await reveal(first, token)).status).toBe(200);
  expect(await reveal(second, token)).toMatchObject({ status: 404, body: { code: "ENVIRONMENT_NOT_FOUND" } });
  expect((await control.ask("GET", `${project.path}/secret/KEY/value?environmentId=${first}`)).status).toBe(
    404,
  );
  expect((await control.ask("GET", `${project.path}/secret/${id}/value`)).status).toBe(400);
});

test("secrets that are named like parts of addresses are read like any other", async () => {
  const own = await givenProject(control);
  await givenSecrets(control, own, { value: "1", import: "2", delete: "3", "sync-states": "4" });
  for (const name of ["value", "import", "delete", "sync-states"])
    expect(await ok(control, "GET", `${own.path}/secret/${name}`)).toMatchObject({ name });
});
