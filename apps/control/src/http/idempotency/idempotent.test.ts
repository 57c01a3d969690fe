import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { forgetOldRequests } from "@kvsync/store";
import { startControl, type Answer, type TestControl } from "../../testing/control.ts";
import { givenActiveSync, givenProject, type GivenProject, type Problem } from "../../testing/given.ts";

let control: TestControl;
let project: GivenProject;
let syncId: string;
beforeAll(async () => {
  control = await startControl();
  project = await givenProject(control);
});
afterAll(() => control.stop());
beforeEach(async () => {
  syncId = await givenActiveSync(control, project);
});

type Started = { syncConfigId: string };

const run = (key: string, more: object = {}): Promise<Answer<Problem>> =>
  control.ask("POST", `/v1/sync/${syncId}/run`, { headers: { "idempotency-key": key }, ...more });
const start = (key: string, body: object, token?: string): Promise<Answer<Started & Problem>> =>
  control.ask("POST", "/v1/sync/azure-key-vault/start", {
    headers: { "idempotency-key": key },
    body: { project: project.slug, ...body },
    ...(token === undefined ? {} : { token }),
  });
const wantedChecks = async (): Promise<number> =>
  (await control.database.sync.findUniqueOrThrow({ where: { id: syncId } })).wantedCheck;

describe("a request with an Idempotency-Key", () => {
  test("is carried out once, and answered the same again", async () => {
    const before = await wantedChecks();
    const first = await run("one-key");
    const second = await run("one-key");
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.body).toEqual(first.body);
    expect(first.headers.get("idempotency-replayed")).toBeNull();
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    expect(await wantedChecks()).toBe(before + 1);
  });

  test("creates one sync, however many send it at once", async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => start("eight at once".replaceAll(" ", "-"), {})),
    );
    const created = answers.filter(({ status }) => status === 201);
    expect(new Set(created.map(({ body }) => body.syncConfigId)).size).toBe(1);
    for (const { status, body } of answers)
      if (status !== 201) expect([status, body.code]).toEqual([409, "IDEMPOTENCY_KEY_IN_USE"]);
    expect((await start("eight-at-once", {})).body.syncConfigId).toBe(created[0]?.body.syncConfigId);
  });

  test("is refused when its key was another request's", async () => {
    expect((await start("two-bodies", { name: "one" })).status).toBe(201);
    const other = await start("two-bodies", { name: "other" });
    expect([other.status, other.body.code]).toEqual([422, "IDEMPOTENCY_KEY_REUSED"]);
  });

  test("means something for its caller alone", async () => {
    const { token } = await control.token({ role: "admin" });
    const mine = await start("same-words", {});
    const theirs = await start("same-words", {}, token);
    expect([mine.status, theirs.status]).toEqual([201, 201]);
    expect(theirs.body.syncConfigId).not.toBe(mine.body.syncConfigId);
  });

  test("that failed can be sent again with its key", async () => {
    await control.database.sync.update({ where: { id: syncId }, data: { state: "paused" } });
    expect((await run("after-failure")).body.code).toBe("SYNC_STATE");
    await control.database.sync.update({ where: { id: syncId }, data: { state: "active" } });
    const eventually = async (): Promise<number> => {
      const { status, body } = await run("after-failure");
      return status === 409 && body.code === "IDEMPOTENCY_KEY_IN_USE" ? eventually() : status;
    };
    expect(await eventually()).toBe(202);
  });

  test("whose process died is free again after a minute, and its answer after a day", async () => {
    const { database } = control;
    await run("left-behind");
    const ageOf = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);
    await database.idempotentRequest.updateMany({
      where: { key: "left-behind" },
      data: { status: null, createdAt: new Date() },
    });
    expect((await run("left-behind")).status).toBe(409);
    await database.idempotentRequest.updateMany({
      where: { key: "left-behind" },
      data: { createdAt: ageOf(2) },
    });
    const again = await run("left-behind");
    expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([202, null]);

    await database.idempotentRequest.updateMany({
      where: { key: "left-behind" },
      data: { createdAt: ageOf(1441) },
    });
    await forgetOldRequests(database);
    expect(await database.idempotentRequest.count({ where: { key: "left-behind" } })).toBe(0);
  });

  test("isn't answered again to who may no more", async () => {
    const { id, token } = await control.token({ role: "admin" });
    expect((await start("no-more", {}, token)).status).toBe(201);
    await control.database.apiToken.update({ where: { id }, data: { role: "developer" } });
    expect((await start("no-more", {}, token)).status).toBe(403);
  });

  test.each([
    ["with a space", "a b"],
    ["of 256 characters", "k".repeat(256)],
  ])("is refused %s", async (_, key) => {
    const { status, body } = await run(key);
    expect([status, body.code]).toEqual([400, "VALIDATION"]);
    expect(body.message).toContain("idempotency-key");
  });
});
