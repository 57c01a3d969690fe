import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startControl, type TestControl } from "../testing/control.ts";
import { givenProject, givenSecrets, ok, type GivenProject } from "../testing/given.ts";

type Shown = Readonly<{
  id: string;
  name: string;
  note: string;
  values: Array<{ environmentId: string; value: string; isPersonal: boolean }>;
}>;

let control: TestControl;
let project: GivenProject;
let production: string;
let staging: string;
beforeAll(async () => {
  control = await startControl();
  project = await givenProject(control, 2);
  [production = "", staging = ""] = project.environments;
});
afterAll(() => control.stop());

const list = (query = ""): Promise<Shown[]> => ok<Shown[]>(control, "GET", `${project.path}/secret${query}`);
const get = (name: string, query = ""): Promise<Shown> =>
  ok<Shown>(control, "GET", `${project.path}/secret/${name}${query}`);
const create = (
  secrets: ReadonlyArray<Readonly<Record<string, unknown>>>,
  environments: readonly string[] = project.environments,
): ReturnType<TestControl["ask"]> =>
  control.ask("POST", `${project.path}/secret`, { body: { environments, secrets } });
const names = async (): Promise<string[]> => (await list()).map(({ name }) => name);

describe("reading secrets", () => {
  test("a project without secrets gives an empty array", async () => {
    expect(await ok(control, "GET", `${(await givenProject(control)).path}/secret`)).toEqual([]);
  });

  test("a secret has Enkryptify's members, in the list as by its name, and is never cached", async () => {
    await givenSecrets(control, project, { READ_ME: "Grüße 👋\nline" });
    const value = { value: "Grüße 👋\nline", isPersonal: false };
    const shape = {
      id: expect.any(String),
      name: "READ_ME",
      note: "",
      type: "runtime",
      dataType: "text",
      values: expect.arrayContaining([
        { environmentId: production, ...value },
        { environmentId: staging, ...value },
      ]),
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    };
    for (const end of ["", "/"]) {
      const all = await control.ask("GET", `${project.path}/secret${end}`);
      expect(all.body).toEqual([shape]);
      const one = await control.ask("GET", `${project.path}/secret/READ_ME${end}`);
      expect(one.body).toEqual(shape);
      for (const { headers } of [all, one]) expect(headers.get("cache-control")).toBe("no-store");
    }
  });

  test("the environment filter works in both spellings, with resolve, for the list and for one", async () => {
    await create([{ key: "ONLY_STAGING", value: "s" }], [staging]);
    for (const spelling of ["environmentId", "environment_id"])
      for (const more of ["", "&resolve=true"]) {
        expect((await list(`?${spelling}=${production}${more}`)).map(({ name }) => name)).toEqual([
          "READ_ME",
        ]);
        const query = `?${spelling}=${staging.toUpperCase()}${more}`;
        expect((await list(query)).map(({ name }) => name)).toEqual(["ONLY_STAGING", "READ_ME"]);
        expect((await get("READ_ME", query)).values).toHaveLength(1);
        const elsewhere = `${project.path}/secret/ONLY_STAGING?${spelling}=${production}`;
        expect((await control.ask("GET", elsewhere)).status).toBe(404);
      }
  });

  test("the two spellings must not contradict each other", async () => {
    const query = `?environmentId=${production}&environment_id=${staging}`;
    expect((await control.ask("GET", `${project.path}/secret${query}`)).status).toBe(400);
    expect(await list(`?environmentId=${production}&environment_id=${production}`)).toHaveLength(1);
  });

  test("values lie in the database as ciphertext alone", async () => {
    await givenSecrets(control, project, { CANARY: "canary-in-the-database" });
    const rows = await control.database.secretValue.findMany({ where: { secret: { name: "CANARY" } } });
    expect(rows).toHaveLength(2);
    for (const { ciphertext, fingerprint } of rows)
      expect(Buffer.concat([ciphertext, fingerprint]).toString("latin1")).not.toContain("canary");
    expect(control.logs.join("\n")).not.toContain("canary-in-the-database");
  });
});

describe("creating secrets", () => {
  test.each([
    ["of the longest name", "N".repeat(255), "v", 201],
    ["of a longer name", "N".repeat(256), "v", 400],
    ["of no name", "", "v", 400],
    ["with a space in its name", "A B", "v", 400],
    ["of all characters that a name may have", "aZ09_-.", "v", 201],
    ["with an empty value", "EMPTY", "", 201],
    ["of the longest value", "LONGEST", "x".repeat(65_536), 201],
    ["of a longer value", "TOO_LONG", "x".repeat(65_537), 400],
    ["with NUL in its value", "NUL", "a\0b", 400],
    ["whose name looks like an id", "00000000-0000-4000-8000-00000000abcd", "v", 201],
    ["called __proto__", "__proto__", "v", 201],
    ["called constructor", "constructor", "v", 201],
  ])("one %s", async (_kind, key, value, status) => {
    const answer = await create([{ key, value, type: "runtime", dataType: "text" }]);
    expect(answer.status).toBe(status);
    if (status === 201) {
      expect((await get(key)).values.map((row) => row.value)).toEqual([value, value]);
    } else {
      expect(answer.body).toMatchObject({ code: "VALIDATION" });
      expect(await names()).not.toContain(key);
    }
  });

  test("a name twice in one request is refused, and neither is made", async () => {
    const answer = await create([
      { key: "TWICE", value: "1" },
      { key: "ONCE", value: "2" },
      { key: "TWICE", value: "3" },
    ]);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ message: expect.stringContaining("TWICE") });
    expect(await names()).not.toEqual(expect.arrayContaining(["ONCE"]));
  });

  test("where one exists already, none is made, and the message names it", async () => {
    await create([{ key: "TAKEN", value: "old" }]);
    const answer = await create([
      { key: "FREE", value: "new" },
      { key: "TAKEN", value: "new" },
    ]);
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ code: "SECRET_EXISTS", message: expect.stringContaining("TAKEN") });
    expect(await names()).not.toContain("FREE");
    expect((await get("TAKEN")).values[0]?.value).toBe("old");
  });

  test("where one environment isn't there, none is made", async () => {
    const nowhere = "00000000-0000-4000-8000-000000000000";
    expect((await create([{ key: "HALF", value: "v" }], [production, nowhere])).status).toBe(404);
    expect(await names()).not.toContain("HALF");
  });

  test("a secret of one environment gets its first value in another by the same request", async () => {
    expect((await create([{ key: "GROWING", value: "p" }], [production])).status).toBe(201);
    expect((await create([{ key: "GROWING", value: "s" }], [staging])).status).toBe(201);
    expect((await get("GROWING", `?environmentId=${production}`)).values[0]?.value).toBe("p");
    expect((await get("GROWING", `?environmentId=${staging}`)).values[0]?.value).toBe("s");
  });

  test("many requests for the same names at once, in any order, end without a 5xx and make each once", async () => {
    const keys = Array.from({ length: 20 }, (_, index) => `RACE_${index}`);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        create((index % 2 === 0 ? keys : keys.toReversed()).map((key) => ({ key, value: String(index) }))),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      201,
      ...Array(7).fill(409),
    ]);
    expect((await names()).filter((name) => name.startsWith("RACE_"))).toHaveLength(20);
  });
});
