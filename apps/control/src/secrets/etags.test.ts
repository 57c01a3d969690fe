import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { startControl, type Answer, type TestControl } from "../testing/control.ts";
import { givenProject, givenSecrets, ok, secretIdOf, type GivenProject } from "../testing/given.ts";

type Shown = Readonly<{
  name: string;
  note: string;
  values: Array<{ environmentId: string; value: string }>;
}>;

let control: TestControl;
let project: GivenProject;
let id: string;
let address: string;
beforeAll(async () => {
  control = await startControl();
});
afterAll(() => control.stop());
beforeEach(async () => {
  project = await givenProject(control, 2);
  await givenSecrets(control, project, { KEY: "one", OTHER: "other" });
  id = await secretIdOf(control, project, "KEY");
  address = `${project.path}/secret/${id}`;
});

const read = (): Promise<Answer<Shown>> => control.ask<Shown>("GET", address);
const etag = async (): Promise<string> => (await read()).headers.get("etag") ?? "";
const change = (body: object, ifMatch?: string): ReturnType<TestControl["ask"]> =>
  control.ask("PATCH", address, {
    body,
    ...(ifMatch === undefined ? {} : { headers: { "if-match": ifMatch } }),
  });
const setFirst = (value: string, ifMatch?: string): ReturnType<TestControl["ask"]> =>
  change({ values: [{ environmentId: project.environments[0], value }] }, ifMatch);

describe("an ETag", () => {
  test("is strong, is the same until something changes, and is told by the change", async () => {
    const before = await etag();
    expect(before).toMatch(/^"[^"]+"$/);
    expect(await etag()).toBe(before);
    const changed = await setFirst("two", before);
    expect(changed.status).toBe(200);
    expect(changed.headers.get("etag")).not.toBe(before);
    expect(await etag()).toBe(changed.headers.get("etag"));
  });

  test.each([
    ["a value", (): object => ({ values: [{ environmentId: project.environments[1], value: "two" }] })],
    [
      "a value that is taken away",
      () => ({ values: [{ environmentId: project.environments[1], value: null }] }),
    ],
    ["a name", () => ({ name: "RENAMED" })],
    ["a note", () => ({ note: "rotate in May" })],
  ])("changes with %s", async (_what, body) => {
    const before = await etag();
    await change(body());
    expect(await etag()).not.toBe(before);
  });

  test("stays where nothing is another than before", async () => {
    const [before, { updatedAt }] = [await etag(), await ok<{ updatedAt: string }>(control, "GET", address)];
    const { values } = (await read()).body;
    await ok(control, "PUT", address, { name: "KEY", values });
    await change({
      name: "KEY",
      note: "",
      values: [{ environmentId: project.environments[0], value: "one" }],
    });
    expect(await etag()).toBe(before);
    expect(await ok(control, "GET", address)).toMatchObject({ updatedAt });
  });

  test("changes when another environment gets a value, and when an environment goes", async () => {
    const { id: third } = await ok<{ id: string }>(control, "POST", `${project.path}/environment`, {
      name: "third",
    });
    const before = await etag();
    await givenSecrets(control, { ...project, environments: [third] }, { KEY: "three" });
    const between = await etag();
    expect(between).not.toBe(before);
    await ok(control, "DELETE", `${project.path}/environment/${third}`);
    expect(await etag()).not.toBe(between);
  });

  test("of the list changes with each of its secrets, and only then", async () => {
    const list = async (query = ""): Promise<string | null> =>
      (await control.ask("GET", `${project.path}/secret${query}`)).headers.get("etag");
    const before = await list();
    expect(before).toMatch(/^"[^"]+"$/);
    expect(await list()).toBe(before);
    await change({ note: "new" });
    const after = await list();
    expect(after).not.toBe(before);
    await ok(control, "DELETE", address);
    expect(await list()).not.toBe(after);
  });
});

describe("a change that is bound to what was read", () => {
  test.each([
    ["PUT", (): object => ({ body: { name: "KEY", values: [] } })],
    ["PATCH", () => ({ body: { note: "lost" } })],
    ["DELETE", () => ({})],
  ])("%s is refused after somebody else's, with what to do, and does nothing", async (method, given) => {
    const stale = await etag();
    await setFirst("somebody else's");
    const before = (await read()).body;
    const answer = await control.ask(method, address, { ...given(), headers: { "if-match": stale } });
    expect(answer.status).toBe(412);
    expect(answer.body).toMatchObject({
      code: "SECRET_CHANGED",
      message: expect.stringMatching(/^KEY was changed by somebody else.*Read it again/),
    });
    expect((await read()).body).toEqual(before);
  });

  test("goes through with the ETag that stands, with one of several, and with anything that is there", async () => {
    expect((await setFirst("two", await etag())).status).toBe(200);
    expect((await setFirst("three", `"old", ${await etag()}`)).status).toBe(200);
    expect((await setFirst("four", "*")).status).toBe(200);
    expect((await setFirst("five", `W/${await etag()}`)).status).toBe(412);
    expect((await setFirst("five", "")).status).toBe(412);
  });

  test("is as it always was without If-Match: clients don't send it", async () => {
    const { values } = (await read()).body;
    await setFirst("somebody else's");
    expect((await control.ask("PUT", address, { body: { name: "KEY", values } })).status).toBe(200);
    expect((await read()).body.values.map(({ value }) => value)).toEqual(["one", "one"]);
  });
});

test("of many writers at the same time none loses another's work", async () => {
  const writers = Array.from({ length: 8 }, (_, index) => `writer-${index}`);
  let refused = 0;
  await Promise.all(
    writers.map(async (writer) => {
      while (true) {
        const { body, headers } = await control.ask<Shown>("GET", address);
        const answer = await change({ note: `${body.note} ${writer}` }, headers.get("etag") ?? "");
        if (answer.status === 200) return;
        expect(answer.status).toBe(412);
        refused += 1;
      }
    }),
  );
  expect((await read()).body.note.trim().split(" ").toSorted()).toEqual(writers);
  expect(refused).toBeGreaterThan(0);
});

test("deleting several is all or nothing: one that somebody changed keeps the others", async () => {
  const otherId = await secretIdOf(control, project, "OTHER");
  const stale = await etag();
  await change({ note: "mine" });
  const both = (tag: string): ReturnType<TestControl["ask"]> =>
    control.ask("POST", `${project.path}/secret-deletion`, {
      body: { secrets: [{ id: otherId }, { id, etag: tag }] },
    });
  expect((await both(stale)).status).toBe(412);
  expect(await ok<unknown[]>(control, "GET", `${project.path}/secret`)).toHaveLength(2);
  expect(await both(await etag())).toMatchObject({ status: 200, body: { success: true, deleted: 2 } });
  expect(await ok(control, "GET", `${project.path}/secret`)).toEqual([]);
  expect((await both("*")).status).toBe(404);
});
