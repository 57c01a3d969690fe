import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { AuditPageBody } from "@kvsync/contracts/api";
import { openBrowser, signedInBrowser } from "../testing/browser.ts";
import { startControl, type TestControl } from "../testing/control.ts";
import { givenPerson } from "../testing/people.ts";
import { givenActiveSync, givenForeignWorkspace, givenProject, ok } from "../testing/given.ts";

const BOARD = "/ops/queues";

type Queues = { queues: Array<{ name: string; jobs: Array<{ name: string; data: object }> }> };

let control: TestControl;
beforeAll(async () => {
  control = await startControl();
});
afterAll(() => control.stop());

describe("the board of queues", () => {
  test("is for admins alone, by a session as by a token", async () => {
    const { token: developer } = await control.token({ role: "developer" });
    const { token: member } = await control.token({ role: "member", permission: "read" });
    const { token: narrow } = await control.token({
      role: "admin",
      scope: { all: false, teams: [control.teamId], projects: [], environments: [] },
    });
    for (const path of [BOARD, `${BOARD}/`, `${BOARD}/api/queues`]) {
      expect((await control.ask("GET", path)).status).toBe(200);
      for (const token of [developer, member, narrow])
        expect((await control.ask("GET", path, { token })).status).toBe(403);
      expect((await control.ask("GET", path, { token: null })).status).toBe(302);
      expect((await control.ask("GET", path, { token: "ek_live_wrong" })).status).toBe(401);
    }
    const browser = await signedInBrowser(control, await givenPerson(control, { role: "developer" }));
    expect((await browser.visit(BOARD)).status).toBe(403);
  });

  test("shows its page with the assets that it names", async () => {
    const { status, text, headers } = await control.ask("GET", BOARD);
    expect(status).toBe(200);
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(text).not.toContain("https://");
    const assets = [...text.matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)].map(([, path]) => path);
    expect(assets.length).toBeGreaterThan(0);
    for (const asset of assets) {
      const url = new URL(asset ?? "", `${control.origin}${BOARD}/`);
      expect([url.pathname, (await control.ask("GET", url.pathname)).status]).toEqual([url.pathname, 200]);
    }
  });

  test("lists the jobs by what they are for, and shows ids alone of their data", async () => {
    const syncId = await givenActiveSync(control, await givenProject(control));
    await ok(control, "POST", `/v1/sync/${syncId}/run`);
    await control.doorbell.queues.upkeep.add("canary", { syncId, secretValue: "CANARY" });
    const list = async (name: string): Promise<string> => {
      const answer = await control.ask("GET", `${BOARD}/api/queues?activeQueue=${name}`);
      expect(answer.status).toBe(200);
      return answer.text;
    };
    const runs = (JSON.parse(await list("runs")) as Queues).queues.find(({ name }) => name === "runs");
    expect(runs?.jobs[0]).toMatchObject({ data: { syncId } });
    expect(runs?.jobs[0]?.name).toContain("manual");
    const upkeep = await list("upkeep");
    expect(upkeep).toContain(syncId);
    expect(upkeep).not.toContain("CANARY");
  });

  test("takes commands only from this site, and from tokens that may write", async () => {
    const path = `${BOARD}/api/queues/upkeep/clean/completed`;
    const { token } = await control.token({ role: "admin", permission: "read" });
    expect((await control.ask("PUT", path, { token })).status).toBe(403);
    const browser = await signedInBrowser(control);
    const headers = { cookie: browser.cookie() ?? "", "sec-fetch-site": "cross-site" };
    expect((await control.ask("PUT", path, { token: null, headers })).status).toBe(403);
    const own = { ...headers, "sec-fetch-site": "same-origin" };
    expect((await control.ask("PUT", path, { token: null, headers: own })).status).toBe(200);
  });

  test("notes each order before it is done: who, which queue, which job", async () => {
    const syncId = await givenActiveSync(control, await givenProject(control));
    await ok(control, "POST", `/v1/sync/${syncId}/run`);
    const { runs, upkeep } = control.doorbell.queues;
    const job = (await runs.getJobs()).find(({ data }) => (data as { syncId: string }).syncId === syncId);
    const later = await runs.add("later", { syncId }, { delay: 3_600_000 });
    const person = await givenPerson(control);
    const browser = await signedInBrowser(control, person);
    const headers = { cookie: browser.cookie() ?? "", "sec-fetch-site": "same-origin" };
    const order = async (path: string, status: number, method = "PUT"): Promise<void> => {
      const answer = await control.ask(method, `${BOARD}/api/queues${path}`, { token: null, headers });
      expect([path, answer.status]).toEqual([path, status]);
    };
    await order(`/runs/${later.id}/promote`, 204);
    await order(`/runs/${job?.id}/clean`, 204);
    await order("/upkeep/pause", 200);
    expect(await upkeep.isPaused()).toBe(true);
    await order("/upkeep/resume", 200);
    await order("/runs/clean/completed", 200);
    await order("/runs/none/retry", 404);
    await order("/runs/nonsense", 404, "DELETE");
    const noted = async (workspaceId: string) =>
      (
        await control.database.auditEvent.findMany({
          where: { workspaceId, action: "queue.changed", userId: person.userId },
          orderBy: { sequence: "asc" },
        })
      ).map(({ syncId: of, entityName, fields }) => [of, entityName, fields]);
    const ofQueues = [
      [null, "upkeep", { order: "pause", queue: "upkeep" }],
      [null, "upkeep", { order: "resume", queue: "upkeep" }],
      [null, "runs", { order: "clean", queue: "runs", jobState: "completed" }],
    ];
    expect(await noted(control.workspaceId)).toEqual([
      [syncId, "runs", { order: "promote", queue: "runs", jobId: later.id }],
      [syncId, "runs", { order: "clean", queue: "runs", jobId: job?.id }],
      ...ofQueues,
      [null, "runs", { order: "retry", queue: "runs", jobId: "none" }],
      [null, null, { order: "unknown", method: "DELETE", path: "/api/queues/runs/nonsense" }],
    ]);
    // A queue holds the jobs of all workspaces; a job concerns its own alone.
    const theirs = await givenForeignWorkspace(control);
    await order("/upkeep/pause", 200);
    await order("/upkeep/resume", 200);
    await order(`/runs/${later.id}/clean`, 204);
    expect(await noted(theirs.workspaceId)).toEqual(ofQueues.slice(0, 2));
    const { events } = await ok<AuditPageBody>(
      control,
      "GET",
      "/v1/workspace/default/audit?entity=queue&limit=1",
    );
    expect(events[0]).toMatchObject({
      kind: "UPDATE",
      actor: { kind: "person", id: person.userId },
      sync: { id: syncId },
      fields: { order: "clean", jobId: later.id },
    });
  });

  test("carries out no order that can't be noted", async () => {
    const other = await startControl();
    try {
      await other.database
        .$executeRaw`ALTER TABLE "AuditEvent" ADD CONSTRAINT "broken" CHECK ("action" <> 'queue.changed') NOT VALID`;
      expect((await other.ask("PUT", `${BOARD}/api/queues/runs/pause`)).status).toBe(500);
      expect(await other.doorbell.queues.runs.isPaused()).toBe(false);
    } finally {
      await other.stop();
    }
  });

  test("answers what it doesn't know with a 4xx", async () => {
    for (const [method, path] of [
      ["GET", "/api/queues/nonsense/1"],
      ["GET", "/api/queues/runs/nonsense"],
      ["PUT", "/api/queues/runs/nonsense/retry"],
      ["PUT", "/api/queues/nonsense/pause"],
      ["GET", "/api/nonsense"],
      ["GET", "/static/nonsense.js"],
    ] as const) {
      const { status } = await control.ask(method, `${BOARD}${path}`);
      expect([path, status >= 400 && status < 500]).toEqual([path, true]);
    }
    expect((await openBrowser(control).visit(`${BOARD}/%`)).status).toBeLessThan(500);
  });
});
