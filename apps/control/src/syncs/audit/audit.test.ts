import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { AuditPageBody } from "@kvsync/contracts/api";
import { note } from "@kvsync/store";
import { startControl, type TestControl } from "../../testing/control.ts";
import {
  givenActiveSync,
  givenForeignWorkspace,
  givenProject,
  ok,
  type GivenProject,
} from "../../testing/given.ts";

let control: TestControl;
let project: GivenProject;
beforeAll(async () => {
  control = await startControl();
  project = await givenProject(control);
});
afterAll(() => control.stop());

const auditOf = (syncId: string, query = ""): Promise<AuditPageBody> =>
  ok<AuditPageBody>(control, "GET", `/v1/sync/${syncId}/audit${query}`);

test("is read page by page, newest first, each event once", async () => {
  const syncId = await givenActiveSync(control, project);
  const { workspaceId, database } = control;
  const actor = { userId: null, tokenId: null };
  const entry = { workspaceId, actor, action: "name.chosen" as const };
  const other = await givenActiveSync(control, project);
  for (let index = 0; index < 9; index += 1)
    await database.$transaction((transaction) =>
      note(transaction, [
        { ...entry, syncId, fields: { index } },
        { ...entry, syncId: other, fields: { index: 99 } },
      ]),
    );
  const seen: unknown[] = [];
  for (let query: string | undefined = "?limit=4"; query !== undefined;) {
    const { events, nextCursor }: AuditPageBody = await auditOf(syncId, query);
    seen.push(...events.map(({ action, fields }) => fields["index"] ?? action));
    query = nextCursor === null ? undefined : `?limit=4&cursor=${nextCursor}`;
  }
  expect(seen).toEqual([8, 7, 6, 5, 4, 3, 2, 1, 0, "sync.started"]);
});

test("tells when, what, by which token and about what; nothing of a worker's", async () => {
  const syncId = await givenActiveSync(control, project);
  const { id: tokenId, token } = await control.token({ role: "admin", name: "of the night shift" });
  await control.ask("POST", `/v1/sync/${syncId}/disconnect`, { token });
  const { events } = await auditOf(syncId);
  expect(events.map(({ action }) => action)).toEqual(["sync.disconnected", "sync.started"]);
  expect(events[0]).toMatchObject({
    kind: "DELETE",
    actor: { kind: "token", id: tokenId, name: "of the night shift" },
    userId: null,
    tokenId,
    entity: { type: "sync", id: syncId },
    sync: { id: syncId, name: expect.any(String) },
    fields: { secrets: "leave", left: 0 },
  });
});

test("each thing that is done to a sync is noted, with what it changed", async () => {
  const syncId = await givenActiveSync(control, project);
  const sync = `/v1/sync/${syncId}`;
  await ok(control, "PATCH", sync, { existingPolicy: "adopt", name: "renamed" });
  await ok(control, "POST", `${sync}/run`, {});
  await ok(control, "POST", `${sync}/pause`, {});
  await ok(control, "POST", `${sync}/resume`, {});
  await ok(control, "POST", `${sync}/validate`, {});
  const { events } = await auditOf(syncId);
  expect(events.map(({ action }) => action).toReversed()).toEqual([
    "sync.started",
    "existing-policy.changed",
    "sync.configured",
    "sync.run-requested",
    "sync.paused",
    "sync.resumed",
    "sync.validation-requested",
  ]);
  expect(events.find(({ action }) => action === "sync.configured")).toMatchObject({
    before: { existingPolicy: "fail" },
    after: { existingPolicy: "adopt", name: "renamed" },
  });
  expect(events.find(({ action }) => action === "sync.paused")).toMatchObject({
    before: { state: "active" },
    after: { state: "paused" },
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
