import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startControl, type TestControl } from "../../testing/control.ts";
import {
  givenActiveSync,
  givenForeignWorkspace,
  givenProject,
  ok,
  type GivenProject,
} from "../../testing/given.ts";

type Page = Readonly<{
  events: ReadonlyArray<Readonly<{ fields: Readonly<{ index: number }> }>>;
  nextCursor: string | null;
}>;

let control: TestControl;
let project: GivenProject;
beforeAll(async () => {
  control = await startControl();
  project = await givenProject(control);
});
afterAll(() => control.stop());

const auditOf = (syncId: string, query = ""): Promise<Page> =>
  ok<Page>(control, "GET", `/v1/sync/${syncId}/audit${query}`);

test("is read page by page, newest first, each event once, those of one moment too", async () => {
  const syncId = await givenActiveSync(control, project);
  const { workspaceId, database } = control;
  const at = (index: number): Date => new Date(Date.now() - Math.floor(index / 3) * 1_000);
  const event = { syncId, workspaceId, action: "name.chosen" };
  await database.auditEvent.createMany({
    data: Array.from({ length: 10 }, (_, index) => ({ ...event, at: at(index), fields: { index } })),
  });
  await database.auditEvent.create({ data: { ...event, syncId: await givenActiveSync(control, project) } });
  const seen: number[] = [];
  for (let query: string | undefined = "?limit=4"; query !== undefined;) {
    const { events, nextCursor }: Page = await auditOf(syncId, query);
    seen.push(...events.map(({ fields }) => Math.floor(fields.index / 3)));
    query = nextCursor === null ? undefined : `?limit=4&cursor=${nextCursor}`;
  }
  expect(seen).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2, 3]);
});

test("tells when, what, by which token and about what; nothing of a worker's", async () => {
  const syncId = await givenActiveSync(control, project);
  const { id: tokenId, token } = await control.token({ role: "admin" });
  await control.ask("POST", `/v1/sync/${syncId}/disconnect`, { token });
  expect(await auditOf(syncId)).toEqual({
    events: [
      {
        id: expect.any(String),
        at: expect.any(String),
        action: "sync.disconnected",
        userId: null,
        tokenId,
        fields: { secrets: "leave", left: 0 },
      },
    ],
    nextCursor: null,
  });
});

test("refuses a cursor of its own making, and another workspace's sync isn't found", async () => {
  const syncId = await givenActiveSync(control, project);
  for (const query of ["?cursor=x", "?limit=0", "?limit=201", "?before=1"])
    expect([query, (await control.ask("GET", `/v1/sync/${syncId}/audit${query}`)).status]).toEqual([
      query,
      400,
    ]);
  const { syncId: theirs } = await givenForeignWorkspace(control);
  expect((await control.ask("GET", `/v1/sync/${theirs}/audit`)).status).toBe(404);
});
