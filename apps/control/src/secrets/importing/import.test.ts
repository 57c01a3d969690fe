import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { ImportResult } from "@kvsync/contracts/api";
import { startControl, type Answer, type TestControl } from "../../testing/control.ts";
import { givenActiveSync, givenProject, givenSecrets, ok, type GivenProject } from "../../testing/given.ts";

let control: TestControl;
let project: GivenProject;
let environmentId: string;
beforeAll(async () => {
  control = await startControl();
});
afterAll(() => control.stop());
beforeEach(async () => {
  project = await givenProject(control, 2);
  [environmentId = ""] = project.environments;
  await givenSecrets(control, project, { SAME: "same", CHANGED: "before" });
});

const TEXT = 'SAME=same\nCHANGED=after\nNEW="a\nb"\n';
const send = (
  text: string,
  more: object = {},
): Promise<Answer<ImportResult & { code: string; message: string }>> =>
  control.ask("POST", `${project.path}/secret-import`, {
    body: { environmentId, format: "env", text, mode: "preview", ...more },
  });
const apply = (text: string, more: object = {}): ReturnType<typeof send> =>
  send(text, { mode: "apply", ...more });

async function stored(): Promise<Record<string, string | undefined>> {
  type Shown = Readonly<{ name: string; values: Array<{ value: string }> }>;
  const list = await ok<Shown[]>(control, "GET", `${project.path}/secret?environmentId=${environmentId}`);
  return Object.fromEntries(list.map(({ name, values }) => [name, values[0]?.value]));
}

describe("a preview", () => {
  test("tells of each name what would become of it, tells no value, and changes nothing", async () => {
    const { body, text } = await send(TEXT);
    expect(body.entries).toEqual([
      { name: "SAME", line: 1, change: "same", reason: null },
      { name: "CHANGED", line: 2, change: "changed", reason: null },
      { name: "NEW", line: 3, change: "new", reason: null },
    ]);
    expect(body.counts).toEqual({ new: 1, changed: 1, same: 1, skipped: 0, invalid: 0 });
    for (const value of ["before", "after"]) expect(text).not.toContain(value);
    expect(await stored()).toEqual({ SAME: "same", CHANGED: "before" });
  });

  test("tells what is wrong, and where", async () => {
    const { body } = await send(`${"N".repeat(256)}=1\nnot a variable\nLONG=${"x".repeat(65_537)}\nA=1\nA=2`);
    expect(body.counts).toMatchObject({ invalid: 3, new: 1 });
    expect(body.entries.filter(({ change }) => change === "invalid")).toMatchObject([
      { line: 1, reason: expect.stringContaining("255") },
      { name: "LONG", line: 3, reason: expect.stringContaining("65537") },
      { name: "", line: 2, reason: expect.stringContaining("neither a variable") },
    ]);
    expect(body.duplicates).toEqual([{ name: "A", lines: [4, 5] }]);
  });

  test("of values that are there, and are to be skipped", async () => {
    const { body } = await send(TEXT, { onExisting: "skip" });
    expect(body.counts).toEqual({ new: 1, changed: 0, same: 1, skipped: 1, invalid: 0 });
  });
});

describe("applying", () => {
  test("does what the preview said, in this environment alone, and tells only its syncs", async () => {
    const [own, other] = [
      await givenActiveSync(control, project, environmentId),
      await givenActiveSync(control, project, project.environments[1]),
    ];
    const { digest } = (await send(TEXT)).body;
    const { status, body } = await apply(TEXT, { expected: digest });
    expect([status, body.counts]).toEqual([200, { new: 1, changed: 1, same: 1, skipped: 0, invalid: 0 }]);
    expect(await stored()).toEqual({ SAME: "same", CHANGED: "after", NEW: "a\nb" });
    const syncs = await control.database.sync.findMany({ where: { id: { in: [own, other] } } });
    const told = new Map(syncs.map(({ id, wantedGeneration }) => [id, wantedGeneration]));
    expect([told.get(own), told.get(other)]).toEqual([1, 0]);
  });

  test("what is all there already changes nothing and tells nobody", async () => {
    const syncId = await givenActiveSync(control, project, environmentId);
    expect((await apply("SAME=same")).body.counts).toMatchObject({ same: 1, new: 0, changed: 0 });
    const sync = await control.database.sync.findUniqueOrThrow({ where: { id: syncId } });
    expect(sync.wantedGeneration).toBe(0);
  });

  test("leaves what is there where that is asked for", async () => {
    await apply(TEXT, { onExisting: "skip" });
    expect(await stored()).toEqual({ SAME: "same", CHANGED: "before", NEW: "a\nb" });
  });

  test.each([
    ["a secret got another value", (): Promise<unknown> => apply("CHANGED=by somebody else")],
    ["a new one is there by now", () => givenSecrets(control, project, { NEW: "theirs" })],
  ])("is refused when %s since the preview, and nothing is done", async (_what, change) => {
    const { digest } = (await send(TEXT)).body;
    await change();
    const before = await stored();
    const answer = await apply(TEXT, { expected: digest });
    expect(answer).toMatchObject({ status: 409, body: { code: "IMPORT_CHANGED" } });
    expect(await stored()).toEqual(before);
  });

  test("is refused when the text is another than in the preview", async () => {
    const { digest } = (await send(TEXT)).body;
    expect((await apply(TEXT.replace("after", "elsewise"), { expected: digest })).status).toBe(409);
    expect((await apply(TEXT, { expected: digest, onExisting: "skip" })).status).toBe(409);
  });

  test("is all or nothing: one bad entry, told with its line, keeps all others out", async () => {
    const answer = await apply(`${TEXT}NOT A VARIABLE=1\n`);
    expect(answer).toMatchObject({
      status: 400,
      body: { code: "IMPORT_INVALID", message: expect.stringContaining("line 5") },
    });
    expect(await stored()).toEqual({ SAME: "same", CHANGED: "before" });
  });

  test("of two at the same time with the same preview one does it", async () => {
    const { digest } = (await send(TEXT)).body;
    const answers = await Promise.all([1, 2, 3].map(() => apply(TEXT, { expected: digest })));
    const statuses = answers.map(({ status }) => status).toSorted((one, other) => one - other);
    expect(statuses).toEqual([200, 409, 409]);
  });
});

test("two thousand variables are taken at once, more and longer texts are refused", async () => {
  const lines = (count: number): string =>
    Array.from({ length: count }, (_, index) => `MANY_${index}=${index}`).join("\n");
  expect((await apply(lines(2_000))).body.counts).toMatchObject({ new: 2_000 });
  expect(await send(lines(2_001))).toMatchObject({ status: 400, body: { code: "VALIDATION" } });
  expect((await send("\n".repeat(10_000))).status).toBe(400);
  expect((await send("#".repeat(500_001))).status).toBe(400);
});

test("is for who may change secrets, in environments in reach", async () => {
  const body = { environmentId, format: "env", text: TEXT, mode: "preview" };
  const as = async (kind: Parameters<TestControl["token"]>[0]): Promise<number> => {
    const { token } = await control.token(kind);
    return (await control.ask("POST", `${project.path}/secret-import`, { body, token })).status;
  };
  const scope = { all: false, teams: [], projects: [], environments: [project.environments[1] ?? ""] };
  expect(await as({ role: "developer" })).toBe(200);
  expect(await as({ role: "member" })).toBe(403);
  expect(await as({ role: "developer", permission: "read" })).toBe(403);
  expect(await as({ role: "developer", scope })).toBe(404);
});
