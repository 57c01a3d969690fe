import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { failPlan, findQueuedPlans, savePlan, type PlanActionRow } from "@kvsync/store";
import { until } from "@kvsync/testing";
import { startControl, type Answer, type TestControl } from "../../testing/control.ts";
import { givenActiveSync, givenForeignWorkspace, givenProject, givenSync } from "../../testing/given.ts";
import { waitForPlan } from "./wait.ts";

type Shown = Readonly<{
  id: string;
  state: string;
  counts: Readonly<Record<string, number>>;
  actions: ReadonlyArray<Readonly<{ secretName: string }>>;
  nextCursor: string | null;
}>;

const WAIT_MS = 4_000;

let control: TestControl;
let project: Awaited<ReturnType<typeof givenProject>>;
beforeAll(async () => {
  control = await startControl({ planWaitMs: WAIT_MS });
  project = await givenProject(control);
});
afterAll(() => control.stop());

const ask = (path: string): Promise<Answer<Shown>> => control.ask<Shown>("GET", `/v1/sync/${path}`);

const actionsOf = (kinds: readonly string[]): PlanActionRow[] =>
  kinds.map((kind, position) => ({
    position,
    kind,
    recordId: null,
    secretId: randomUUID(),
    secretName: `NAME_${position}`,
    vaultName: kind === "blocked" ? null : `NAME-${position}`,
    reason: null,
    failureCode: kind === "blocked" ? "NAME_COLLISION" : null,
    failureFields: kind === "blocked" ? { secretName: "A", others: "B", vaultName: "a" } : null,
  }));

/** The plan that somebody asks for of this sync. */
const askedFor = (syncId: string): Promise<{ id: string; overrides: unknown }> =>
  until("a plan is asked for", async () => {
    const plan = await control.database.syncPlan.findFirst({ where: { syncId, state: "queued" } });
    return plan ?? undefined;
  });

/** What a worker does. */
async function workOut(syncId: string, id: string, kinds: readonly string[]): Promise<void> {
  const counts = Object.fromEntries(kinds.map((kind) => [kind, kinds.filter((k) => k === kind).length]));
  const settings = { asks: null, generation: 3, digest: "d", vaultSecretCount: 7, overrides: {} };
  const plan = { id, syncId, state: "ready", counts, ...settings } as const;
  // As workers do it: a plan is seen with its actions or not at all.
  await control.database.$transaction(async (transaction) => savePlan(transaction, plan, actionsOf(kinds)));
}

describe("a plan asked for", () => {
  test("is answered when a worker has worked it out, with the settings that were given", async () => {
    const syncId = await givenActiveSync(control, project);
    const answer = ask(`${syncId}/plan?look=false&prefix=p-&existingPolicy=adopt-once`);
    const { id, overrides } = await askedFor(syncId);
    expect(overrides).toEqual({ look: false, prefix: "p-", existingPolicy: "adopt-once" });
    const jobs = await control.doorbell.queues.plans.getJobs();
    expect(jobs.map((job) => job.data as unknown)).toContainEqual({ planId: id, syncId });
    await workOut(syncId, id, ["create", "blocked"]);
    const { status, body } = await answer;
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id,
      state: "ready",
      asks: null,
      generation: 3,
      vaultSecretCount: 7,
      computedAt: expect.any(String),
      actions: [
        { kind: "create", secretName: "NAME_0", vaultName: "NAME-0", failure: null },
        { kind: "blocked", vaultName: null, failure: { code: "NAME_COLLISION", hint: expect.any(String) } },
      ],
      nextCursor: null,
    });
    expect(body.counts).toEqual({
      create: 1,
      update: 0,
      adopt: 0,
      recover: 0,
      rewrite: 0,
      keep: 0,
      wait: 0,
      blocked: 1,
      delete: 0,
      hold: 0,
      forget: 0,
    });
  });

  test("is answered by why it couldn't be worked out", async () => {
    const syncId = await givenActiveSync(control, project);
    const answer = ask(`${syncId}/plan`);
    const { id } = await askedFor(syncId);
    const fields = { tenantId: "t", clientId: "c" };
    await failPlan(control.database, id, { code: "ENTRA_APPLICATION_NOT_FOUND", fields });
    expect(await answer).toMatchObject({
      status: 200,
      body: { state: "failed", failure: { code: "ENTRA_APPLICATION_NOT_FOUND" }, counts: null, actions: [] },
    });
  });

  test("can be fetched later where that takes long", async () => {
    const syncId = await givenActiveSync(control, project);
    const { status, headers, body } = await ask(`${syncId}/plan`);
    expect([status, body]).toEqual([202, { id: expect.any(String), state: "queued" }]);
    const location = `/v1/sync/${syncId}/plans/${body.id}`;
    expect(headers.get("location")).toBe(location);
    expect((await control.ask("GET", location)).body).toMatchObject({ state: "queued", counts: null });
    await workOut(syncId, body.id, ["keep"]);
    expect((await control.ask("GET", location)).body).toMatchObject({ state: "ready" });
  });

  test("isn't waited for when nobody waits", async () => {
    const syncId = await givenActiveSync(control, project);
    const plan = await control.database.syncPlan.create({ data: { syncId } });
    expect(await waitForPlan(control.database, plan, 600_000, () => true)).toBeUndefined();
  });

  test("is found by the sweeper when the queue is away", async () => {
    const cutOff = await startControl({ redisUrl: "redis://127.0.0.1:9", planWaitMs: 10 });
    try {
      const syncId = await givenActiveSync(cutOff, await givenProject(cutOff));
      const { status, body } = await cutOff.ask<Shown>("GET", `/v1/sync/${syncId}/plan`);
      expect(status).toBe(202);
      expect(await findQueuedPlans(cutOff.database, 10)).toEqual([]);
      const createdAt = new Date(Date.now() - 6_000);
      await cutOff.database.syncPlan.update({ where: { id: body.id }, data: { createdAt } });
      expect(await findQueuedPlans(cutOff.database, 10)).toEqual([{ id: body.id, syncId }]);
    } finally {
      await cutOff.stop();
    }
  });

  test("needs a sync that is set up, and not disconnected", async () => {
    const ended = await givenActiveSync(control, project);
    await control.ask("POST", `/v1/sync/${ended}/disconnect`);
    for (const syncId of [await givenSync(control, project), ended])
      expect(await ask(`${syncId}/plan`)).toMatchObject({ status: 409, body: { code: "SYNC_STATE" } });
  });

  test.each([
    "?prefix=a_b",
    "?namePolicy=x",
    "?removalPolicy=purge",
    "?driftPolicy=ignore",
    "?existingPolicy=steal",
    "?look=maybe",
    "?look=true&look=false",
    "?limit=0",
    "?limit=1001",
    "?unknown=1",
  ])("refuses %s, and asks for nothing", async (query) => {
    const syncId = await givenActiveSync(control, project);
    expect((await ask(`${syncId}/plan${query}`)).status).toBe(400);
    expect(await control.database.syncPlan.count({ where: { syncId } })).toBe(0);
  });
});

describe("a plan that was worked out", () => {
  async function givenPlan(kinds: readonly string[]): Promise<string> {
    const syncId = await givenActiveSync(control, project);
    const { id } = await control.database.syncPlan.create({ data: { syncId } });
    await workOut(syncId, id, kinds);
    return `${syncId}/plans/${id}`;
  }
  const namesOf = ({ body }: Answer<Shown>): string[] => body.actions.map(({ secretName }) => secretName);

  test("is read page by page, whole or by kind", async () => {
    const path = await givenPlan(["create", "keep", "create", "keep", "delete"]);
    const seen: string[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const page: Answer<Shown> = await ask(`${path}?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`);
      seen.push(...namesOf(page));
      cursor = page.body.nextCursor;
    }
    expect(seen).toEqual(["NAME_0", "NAME_1", "NAME_2", "NAME_3", "NAME_4"]);
    expect(namesOf(await ask(`${path}?kind=create,delete`))).toEqual(["NAME_0", "NAME_2", "NAME_4"]);
    expect(namesOf(await ask(`${path}?kind=keep&kind=delete&cursor=1`))).toEqual(["NAME_3", "NAME_4"]);
  });

  test("is searched by a part of a name, in which no character is a wildcard", async () => {
    const path = await givenPlan(["create", "keep", "keep"]);
    expect(namesOf(await ask(`${path}?search=ame_1`))).toEqual(["NAME_1"]);
    expect(namesOf(await ask(`${path}?kind=keep&search=name`))).toEqual(["NAME_1", "NAME_2"]);
    for (const none of ["N_ME", "%25", "other"])
      expect(namesOf(await ask(`${path}?search=${none}`))).toEqual([]);
  });

  test.each(["?kind=steal", "?kind=", "?cursor=x", "?cursor=-1", "?limit=2000", "?look=true"])(
    "refuses %s",
    async (query) => {
      expect((await ask(`${await givenPlan(["keep"])}${query}`)).status).toBe(400);
    },
  );

  test("of another sync or workspace isn't found", async () => {
    const [, planId] = (await givenPlan(["keep"])).split("/plans/");
    expect((await ask(`${await givenActiveSync(control, project)}/plans/${planId}`)).status).toBe(404);
    const theirs = await givenForeignWorkspace(control);
    const { id } = await control.database.syncPlan.create({ data: { syncId: theirs.syncId } });
    expect((await ask(`${theirs.syncId}/plan`)).status).toBe(404);
    expect((await ask(`${theirs.syncId}/plans/${id}`)).status).toBe(404);
  });
});
