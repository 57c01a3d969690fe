import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startControl, type TestControl } from "../testing/control.ts";
import { givenActiveSync, givenProject, ok, type GivenProject } from "../testing/given.ts";

type Item = Readonly<{ id: string; state: string; secretName: string }>;
type Page = Readonly<{ runs: Item[]; records: Item[]; nextCursor: string | null }>;

const RECORDS = 25;
const STATES = ["pending", "synced", "failed", "blocked", "removing"] as const;

let control: TestControl;
let project: GivenProject;
let syncId: string;
beforeAll(async () => {
  control = await startControl();
  project = await givenProject(control, 2);
  syncId = await givenActiveSync(control, project);
  const at = new Date();
  await control.database.syncRecord.createMany({
    data: Array.from({ length: RECORDS }, (_, index) => ({
      syncId,
      secretId: randomUUID(),
      // Some share a name: a secret that was removed and made anew.
      secretName: `NAME_${String(Math.floor(index / 2)).padStart(2, "0")}`,
      state: STATES[index % STATES.length] ?? "pending",
      ...(index % STATES.length === 3
        ? { failureCode: "NAME_UNSUPPORTED", failureFields: { name: "NAME" } }
        : {}),
    })),
  });
  await control.database.run.createMany({
    data: Array.from({ length: 7 }, (_, index) => ({
      syncId,
      trigger: "manual",
      state: "succeeded",
      epoch: index,
      generation: 0,
      created: index,
      // Two at a time begin in the same millisecond.
      startedAt: new Date(at.getTime() - Math.floor(index / 2) * 1_000),
      endedAt: at,
    })),
  });
});
afterAll(() => control.stop());

const page = (what: string, query = ""): Promise<Page> =>
  ok<Page>(control, "GET", `/v1/sync/${syncId}/${what}${query}`);

async function walk(what: "runs" | "records", query: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const { nextCursor, ...rest }: Page = await page(
      what,
      `?${query}${cursor === null ? "" : `&cursor=${cursor}`}`,
    );
    ids.push(...rest[what].map(({ id }) => id));
    cursor = nextCursor;
  } while (cursor !== null);
  return ids;
}

describe("lists", () => {
  test.each(["limit=1", "limit=2", "limit=5", "limit=24", "limit=25", "limit=200"])(
    "the pages of %s hold each run and each record once",
    async (query) => {
      for (const [what, count] of [
        ["runs", 7],
        ["records", RECORDS],
      ] as const) {
        const ids = await walk(what, query);
        expect(ids).toHaveLength(count);
        expect(new Set(ids).size).toBe(count);
      }
    },
  );

  test("records come by name and runs newest first", async () => {
    const { records } = await page("records");
    expect(records.map(({ secretName }) => secretName)).toEqual(
      records.map(({ secretName }) => secretName).toSorted(),
    );
    const { runs } = await page("runs");
    const counts = runs.map((run) => (run as unknown as { counts: { created: number } }).counts.created);
    expect(counts.map((count) => Math.floor(count / 2))).toEqual([0, 0, 1, 1, 2, 2, 3]);
  });

  test("records can be had by state, one or several, in both ways of writing it", async () => {
    for (const query of ["?state=failed,blocked", "?state=failed&state=blocked"]) {
      const { records } = await page("records", query);
      expect(new Set(records.map(({ state }) => state))).toEqual(new Set(["failed", "blocked"]));
      expect(records).toHaveLength(10);
    }
    expect((await walk("records", "limit=3&state=synced")).length).toBe(5);
  });

  test("a record that failed says why and what to do", async () => {
    const [record] = (await page("records", "?state=blocked&limit=1")).records;
    expect(record).toMatchObject({
      failure: {
        code: "NAME_UNSUPPORTED",
        message: expect.stringMatching(/\w{4,}/),
        hint: expect.stringMatching(/\w{4,}/),
      },
    });
  });

  test("a search finds what holds it, and takes no character for a wildcard", async () => {
    expect((await page("records", "?search=name_0")).records).toHaveLength(20);
    expect((await page("records", "?search=NAME_12")).records).toHaveLength(1);
    for (const text of ["%25", "NAME%25", "E__0", "\\"])
      expect((await page("records", `?search=${text}`)).records).toHaveLength(0);
  });

  test.each(["runs", "records"])("a query of %s that can't be is refused, naming the field", async (what) => {
    const place = (key: unknown, id: unknown): string =>
      Buffer.from(JSON.stringify([key, id])).toString("base64url");
    const id = randomUUID();
    const wrong = [
      ["limit", "0"],
      ["limit", "201"],
      ["limit", "-1"],
      ["limit", "1.5"],
      ["limit", "many"],
      ["limit", ""],
      ["limit", "1&limit=2"],
      ["cursor", ""],
      ["cursor", "nonsense"],
      ["cursor", "%00"],
      ["cursor", "x".repeat(501)],
      ["cursor", place("a", "no id")],
      ["cursor", place(7, id)],
      ["cursor", place("a\0b", id)],
      ["cursor", Buffer.from("{}").toString("base64url")],
      ["cursor", Buffer.from("[".repeat(300)).toString("base64url")],
      ["color", "red"],
      ...(what === "runs"
        ? [
            ["cursor", place("no time", id)],
            ["cursor", place("-200000-01-01T00:00:00.000Z", id)],
            ["cursor", place("0000-01-01T00:00:00.000Z", id)],
            ["cursor", place("+275000-01-01T00:00:00.000Z", id)],
          ]
        : [
            ["state", "done"],
            ["state", ""],
            ["search", ""],
            ["search", "x".repeat(256)],
          ]),
    ];
    for (const [field = "", value = ""] of wrong) {
      const answer = await control.ask("GET", `/v1/sync/${syncId}/${what}?${field}=${value}`);
      expect([field, value, answer.status]).toEqual([field, value, 400]);
      const { message, code } = answer.body as { message: string; code: string };
      expect(["VALIDATION", "CURSOR_INVALID"]).toContain(code);
      if (value !== "%00") expect(message).toContain(field);
    }
  });

  test("syncs can be had by project and environment", async () => {
    const other = await givenActiveSync(control, project, project.environments[1]);
    const elsewhere = await givenActiveSync(control, await givenProject(control));
    const listed = async (query: string): Promise<string[]> =>
      (await ok<Item[]>(control, "GET", `/v1/sync/${query}`)).map(({ id }) => id);
    expect(await listed("")).toEqual([syncId, other, elsewhere]);
    expect(await listed(`?project=${project.slug}`)).toEqual([syncId, other]);
    expect(await listed(`?project=${project.id}&environmentId=${project.environments[1]}`)).toEqual([other]);
    expect((await control.ask("GET", "/v1/sync?project=none")).status).toBe(404);
    expect((await control.ask("GET", "/v1/sync?environmentId=x")).status).toBe(400);
  });

  test("a sync shows its last run and how many records are in which state", async () => {
    expect(await ok(control, "GET", `/v1/sync/${syncId}`)).toMatchObject({
      lastRun: { state: "succeeded", counts: { created: expect.any(Number) } },
      records: { pending: 5, synced: 5, failed: 5, blocked: 5, removing: 5 },
    });
  });

  test("ids that name nothing, or nothing of this sync, are answered with 404", async () => {
    const other = await givenActiveSync(control, project, project.environments[1]);
    const [run] = (await page("runs")).runs;
    expect((await control.ask("GET", `/v1/sync/${syncId}/runs/${run?.id}`)).status).toBe(200);
    for (const path of [
      randomUUID(),
      "nonsense",
      `${randomUUID()}/runs`,
      `${randomUUID()}/records`,
      `${randomUUID()}/validations`,
      `${randomUUID()}/setup`,
      `${other}/runs/${run?.id}`,
      `${syncId}/runs/${randomUUID()}`,
      `${syncId}/runs/nonsense`,
      `${syncId}/validations/${randomUUID()}`,
      `${syncId}/nonsense`,
    ]) {
      const answer = await control.ask("GET", `/v1/sync/${path}`);
      expect([path, answer.status]).toEqual([path, 404]);
      expect(answer.body).toMatchObject({ message: expect.any(String), code: expect.any(String) });
    }
  });
});
