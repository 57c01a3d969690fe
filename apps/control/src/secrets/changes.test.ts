import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { startControl, type TestControl } from "../testing/control.ts";
import { givenActiveSync, givenProject, givenSecrets, ok, type GivenProject } from "../testing/given.ts";

type Shown = Readonly<{ id: string; name: string; note: string; values: Array<{ value: string }> }>;

let control: TestControl;
let project: GivenProject;
let environments: readonly string[];
let syncs: string[];
beforeAll(async () => {
  control = await startControl();
});
afterAll(() => control.stop());
beforeEach(async () => {
  project = await givenProject(control, 3);
  ({ environments } = project);
  await givenSecrets(control, project, { KEY: "old", OTHER: "other" });
  syncs = [];
  for (const id of environments) syncs.push(await givenActiveSync(control, project, id));
});

/** How often each environment's sync was told of a change. */
async function told(): Promise<number[]> {
  const rows = await control.database.sync.findMany({ where: { id: { in: syncs } } });
  return syncs.map((id) => rows.find((row) => row.id === id)?.wantedGeneration ?? -1);
}

const idOf = async (name: string): Promise<string> =>
  (await ok<Shown>(control, "GET", `${project.path}/secret/${name}`)).id;

async function put(values: readonly string[], more: object = {}, of = "KEY"): ReturnType<TestControl["ask"]> {
  const body = {
    name: of,
    type: "runtime",
    dataType: "text",
    values: values.map((value, index) => ({ environmentId: environments[index], value, isPersonal: false })),
    ...more,
  };
  return control.ask("PUT", `${project.path}/secret/${await idOf(of)}`, { body });
}

const valuesOf = async (name: string): Promise<string[]> =>
  (await ok<Shown>(control, "GET", `${project.path}/secret/${name}`)).values
    .map(({ value }) => value)
    .toSorted();

describe("a change reaches the syncs of exactly the environments that it changes", () => {
  test("creating reaches those that are named", async () => {
    const body = { environments: [environments[1]], secrets: [{ key: "NEW", value: "n" }] };
    await ok(control, "POST", `${project.path}/secret`, body);
    expect(await told()).toEqual([0, 1, 0]);
  });

  test("writing all environments back with one value changed reaches that one", async () => {
    expect((await put(["old", "new", "old"])).status).toBe(200);
    expect(await told()).toEqual([0, 1, 0]);
    expect(await valuesOf("KEY")).toEqual(["new", "old", "old"]);
  });

  test("writing back what was there reaches none", async () => {
    expect((await put(["old", "old", "old"])).status).toBe(200);
    expect(await told()).toEqual([0, 0, 0]);
  });

  test("leaving an environment out removes its value, and reaches it", async () => {
    expect((await put(["old", "old"])).status).toBe(200);
    expect(await told()).toEqual([0, 0, 1]);
    expect(await valuesOf("KEY")).toEqual(["old", "old"]);
  });

  test("a new name reaches all that have a value", async () => {
    expect((await put(["old", "old", "old"], { name: "RENAMED" })).status).toBe(200);
    expect(await told()).toEqual([1, 1, 1]);
    expect((await control.ask("GET", `${project.path}/secret/KEY`)).status).toBe(404);
    expect(await valuesOf("RENAMED")).toEqual(["old", "old", "old"]);
  });

  test("a note reaches none", async () => {
    expect((await put(["old", "old", "old"], { note: "rotated yearly" })).status).toBe(200);
    expect(await told()).toEqual([0, 0, 0]);
    expect(await ok(control, "GET", `${project.path}/secret/KEY`)).toMatchObject({ note: "rotated yearly" });
  });

  test("deleting reaches all that had a value, and leaves nothing of it", async () => {
    const id = await idOf("KEY");
    const answer = await control.ask("DELETE", `${project.path}/secret/${id}/`);
    expect(answer.status).toBe(200);
    expect(await told()).toEqual([1, 1, 1]);
    expect(await control.database.secretValue.count({ where: { secretId: id } })).toBe(0);
    expect((await control.ask("DELETE", `${project.path}/secret/${id}`)).status).toBe(404);
  });

  test("a paused sync is told and not run, a disconnected one isn't told", async () => {
    const [paused = "", disconnected = ""] = syncs;
    await ok(control, "POST", `/v1/sync/${paused}/pause`);
    await ok(control, "POST", `/v1/sync/${disconnected}/disconnect`);
    await put(["new", "new", "new"]);
    expect(await told()).toEqual([1, 0, 1]);
    const jobs = await control.doorbell.queues.runs.getJobs();
    const rung = new Set(jobs.map((job) => (job.data as { syncId: string }).syncId));
    expect(syncs.map((id) => rung.has(id))).toEqual([false, false, true]);
  });
});

describe("a change that is refused changes nothing", () => {
  test.each([
    ["an environment twice", { values: [0, 0] }, 400],
    ["a personal value", { isPersonal: true }, 400],
    ["a value over the limit", { value: "x".repeat(65_537) }, 400],
    ["a value with NUL", { value: "\0" }, 400],
    ["a name over the limit", { name: "N".repeat(256) }, 400],
    ["another secret's name", { name: "OTHER" }, 409],
    ["an environment that isn't there", { environmentId: "00000000-0000-4000-8000-000000000000" }, 404],
    ["a field too many", { color: "red" }, 400],
  ])("%s", async (_what, flaw, status) => {
    const { name = "KEY", values = [0], ...of } = flaw as { name?: string; values?: number[] };
    const { color, ...ofValue } = of as { color?: string };
    const body = {
      name,
      values: values.map((index) => ({ environmentId: environments[index], value: "new", ...ofValue })),
      ...(color === undefined ? {} : { color }),
    };
    const answer = await control.ask("PUT", `${project.path}/secret/${await idOf("KEY")}`, { body });
    expect(answer.status).toBe(status);
    expect(await told()).toEqual([0, 0, 0]);
    expect(await valuesOf("KEY")).toEqual(["old", "old", "old"]);
  });

  test("a secret that isn't there, of another project, or named by its name", async () => {
    const elsewhere = await givenProject(control);
    await givenSecrets(control, elsewhere, { THEIRS: "t" });
    const theirs = (await ok<Shown>(control, "GET", `${elsewhere.path}/secret/THEIRS`)).id;
    const body = { name: "KEY", values: [] };
    for (const key of ["00000000-0000-4000-8000-000000000000", theirs, "KEY"])
      for (const [method, given] of [["PUT", { body }] as const, ["DELETE", {}] as const]) {
        const answer = await control.ask(method, `${project.path}/secret/${key}`, given);
        expect(answer.status).toBe(404);
        expect(answer.body).toMatchObject({ code: "SECRET_NOT_FOUND" });
      }
    expect(await told()).toEqual([0, 0, 0]);
  });
});

describe("without Redis", () => {
  let cutOff: TestControl;
  beforeAll(async () => {
    cutOff = await startControl({ redisUrl: "redis://127.0.0.1:9" });
  });
  afterAll(() => cutOff.stop());

  test("a change is taken, and what is wanted stands in the database", async () => {
    const own = await givenProject(cutOff);
    const syncId = await givenActiveSync(cutOff, own);
    const began = Date.now();
    await givenSecrets(cutOff, own, { KEY: "value" });
    expect(Date.now() - began).toBeLessThan(3_000);
    const sync = await cutOff.database.sync.findUniqueOrThrow({ where: { id: syncId } });
    expect(sync).toMatchObject({ wantedGeneration: 1, doneGeneration: 0 });
    expect((await cutOff.ask("POST", `/v1/sync/${syncId}/run`)).status).toBe(202);
    expect(cutOff.logs.some((line) => line.includes("the queue couldn't be rung"))).toBe(true);
  });
});
