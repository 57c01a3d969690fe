import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { liveEvents } from "@kvsync/contracts/api";
import { signedInBrowser } from "../../testing/browser.ts";
import { startControl, type TestControl } from "../../testing/control.ts";
import { openStream, type TestStream } from "../../testing/event-stream.ts";
import { givenActiveSync, givenProject, ok } from "../../testing/given.ts";

const stopping = new AbortController();
let control: TestControl;
let syncId: string;
const open: TestStream[] = [];
beforeAll(async () => {
  control = await startControl({ heartbeatMs: 200, stopping: stopping.signal });
  syncId = await givenActiveSync(control, await givenProject(control));
});
afterAll(async () => {
  for (const stream of open) stream.close();
  await control.stop();
});

async function watch(headers: Record<string, string> = {}, id = syncId): Promise<TestStream> {
  const authorization = `Bearer ${control.adminToken}`;
  const stream = await openStream(`${control.origin}/v1/sync/${id}/events`, { authorization, ...headers });
  open.push(stream);
  return stream;
}

const givenRun = (data: object = {}): Promise<{ id: string }> =>
  control.database.run.create({ data: { syncId, trigger: "change", epoch: 1, generation: 1, ...data } });

describe("a sync's events", () => {
  test("begin with everything, each as the contract has it, and let no proxy keep them", async () => {
    const stream = await watch();
    expect(stream.status).toBe(200);
    expect(stream.headers.get("content-type")).toMatch(/^text\/event-stream/);
    expect(stream.headers.get("cache-control")).toBe("no-store, no-transform");
    expect(stream.headers.get("x-accel-buffering")).toBe("no");
    for (const name of ["sync", "records"] as const) {
      const { data } = await stream.next(name);
      expect(liveEvents[name].safeParse(data)).toMatchObject({ success: true });
    }
    stream.close();
  });

  test("tell of a run's progress and its end, and of the sync's state, with news and without", async () => {
    const stream = await watch();
    await stream.next("sync");
    const { id } = await givenRun({ total: 10, created: 2 });
    control.doorbell.news.tell(syncId);
    expect(await stream.next("run")).toMatchObject({
      data: { id, state: "running", counts: { created: 2 } },
    });
    // Nobody tells of this: it is found by looking.
    await control.database.run.update({
      where: { id },
      data: { state: "succeeded", created: 10, endedAt: new Date() },
    });
    expect(await stream.next("run")).toMatchObject({ data: { id, state: "succeeded", total: 10 } });
    await ok(control, "POST", `/v1/sync/${syncId}/pause`);
    expect(await stream.next("sync")).toMatchObject({ data: { state: "paused" } });
    await ok(control, "POST", `/v1/sync/${syncId}/resume`);
    stream.close();
  });

  test("go on after a break where they stopped: runs that ended meanwhile are told of", async () => {
    const stream = await watch();
    const { id: lastEventId } = await stream.next("records");
    stream.close();
    const ended = { state: "succeeded", endedAt: new Date() };
    const { id: one } = await givenRun(ended);
    const { id: two } = await givenRun({ ...ended, endedAt: new Date(Date.now() + 5) });
    const again = await watch({ "last-event-id": lastEventId });
    const ids = new Set<string>();
    while (!(ids.has(one) && ids.has(two))) ids.add((await again.next("run")).data["id"] as string);
    again.close();
  });

  test("come while Redis is away", async () => {
    const without = await startControl({ redisUrl: "redis://127.0.0.1:1" });
    const id = await givenActiveSync(without, await givenProject(without));
    const authorization = `Bearer ${without.adminToken}`;
    const stream = await openStream(`${without.origin}/v1/sync/${id}/events`, { authorization });
    await stream.next("sync");
    await ok(without, "POST", `/v1/sync/${id}/pause`);
    expect(await stream.next("sync")).toMatchObject({ data: { state: "paused" } });
    stream.close();
    await without.stop();
  });
});

describe("a stream ends", () => {
  test("when its token is revoked", async () => {
    const { id, token } = await control.token({ role: "admin" });
    const stream = await watch({ authorization: `Bearer ${token}` });
    await control.database.apiToken.update({ where: { id }, data: { revokedAt: new Date() } });
    await stream.ended;
  });

  test("when its role is no longer an admin's", async () => {
    const { id, token } = await control.token({ role: "admin" });
    const stream = await watch({ authorization: `Bearer ${token}` });
    await control.database.apiToken.update({ where: { id }, data: { role: "developer" } });
    await stream.ended;
  });

  test("when its session ends", async () => {
    const browser = await signedInBrowser(control);
    const stream = await openStream(`${control.origin}/v1/sync/${syncId}/events`, {
      cookie: browser.cookie() ?? "",
    });
    await stream.next("sync");
    await control.database.session.deleteMany();
    await stream.ended;
  });

  test("when the sync is gone", async () => {
    const id = await givenActiveSync(control, await givenProject(control));
    const stream = await watch({}, id);
    await stream.next("sync");
    await control.database.sync.delete({ where: { id } });
    await stream.ended;
  });
});

describe("streams", () => {
  test("are refused to who isn't an admin here, and where there is no such sync", async () => {
    const { token } = await control.token({ role: "developer" });
    expect((await watch({ authorization: `Bearer ${token}` })).status).toBe(403);
    expect((await watch({ authorization: "" })).status).toBe(401);
    expect((await watch({}, "0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a06")).status).toBe(404);
  });

  test("are bounded for each who asks, and closing one makes room", async () => {
    const { token } = await control.token({ role: "admin" });
    const authorization = `Bearer ${token}`;
    const streams = await Promise.all(Array.from({ length: 20 }, () => watch({ authorization })));
    expect(streams.map(({ status }) => status)).toEqual(streams.map(() => 200));
    expect((await watch({ authorization })).status).toBe(429);
    expect((await watch()).status).toBe(200);
    streams[0]?.close();
    let status = 429;
    while (status === 429) ({ status } = await watch({ authorization }));
    expect(status).toBe(200);
  });

  test("end when the process stops, and none begins any more", async () => {
    const stream = await watch();
    stopping.abort();
    await stream.ended;
    expect((await watch()).status).toBe(503);
  });
});
