import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { requiredSetting } from "@kvsync/testing";
import type { Redis } from "ioredis";
import { connectProducer } from "./connection.ts";
import { Doorbell } from "./doorbell.ts";

let connection: Redis;
let doorbell: Doorbell;
beforeAll(async () => {
  connection = connectProducer(requiredSetting("TEST_REDIS_URL"), () => undefined);
  doorbell = new Doorbell({ connection, prefix: `{test-${randomUUID()}}`, gatherMs: 60_000 });
  await doorbell.queues.runs.waitUntilReady();
});
afterAll(async () => {
  await doorbell.queues.runs.obliterate({ force: true });
  await doorbell.close();
  connection.disconnect();
});

const waiting = async (): Promise<Record<string, number>> =>
  doorbell.queues.runs.getJobCounts("wait", "delayed", "active");

test("the sweeper rings for those alone whose bell isn't ringing", async () => {
  const [gathering, waits, silent] = [randomUUID(), randomUUID(), randomUUID()];
  await doorbell.ringRuns([gathering], "change");
  await doorbell.ringRuns([waits], "manual");
  expect(await doorbell.ringUnrung([gathering, waits, silent])).toBe(1);
  expect(await waiting()).toEqual({ wait: 2, delayed: 1, active: 0 });
  expect(await doorbell.ringUnrung([gathering, waits, silent])).toBe(0);
  expect(await doorbell.ringUnrung([])).toBe(0);
});

test("a ring for later doesn't keep a ring for a change back", async () => {
  const syncId = randomUUID();
  const before = await waiting();
  await doorbell.ringRunLater(syncId, 60_000);
  await doorbell.ringRuns([syncId], "manual");
  const after = await waiting();
  expect((after["delayed"] ?? 0) - (before["delayed"] ?? 0)).toBe(1);
  expect((after["wait"] ?? 0) - (before["wait"] ?? 0)).toBe(1);
});
