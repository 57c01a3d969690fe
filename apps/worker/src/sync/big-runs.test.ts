import { describe, expect, test } from "@jest/globals";
import { BigRuns } from "./big-runs.ts";
import { Guard } from "./halt.ts";

const guard = (stop = new AbortController().signal): Guard => new Guard(() => true, stop);

/** Whether a promise is settled by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const open = Symbol("open");
  return (await Promise.race([promise, Promise.resolve(open)])) !== open;
}

describe("big runs", () => {
  test("leave their places to small ones: those never wait", async () => {
    const bigRuns = new BigRuns();
    await Promise.all(Array.from({ length: 4 }, () => bigRuns.enter(50_000, guard())));
    for (let n = 0; n < 100; n += 1) await bigRuns.enter(2_000, guard());
  });

  test("wait for one another beyond four, and go on when one ends", async () => {
    const bigRuns = new BigRuns();
    const [leave] = await Promise.all(Array.from({ length: 4 }, () => bigRuns.enter(50_000, guard())));
    const fifth = bigRuns.enter(50_000, guard());
    expect(await isSettled(fifth)).toBe(false);
    leave?.();
    await fifth;
  });

  test("that wait stop when the worker stops", async () => {
    const bigRuns = new BigRuns();
    await Promise.all(Array.from({ length: 4 }, () => bigRuns.enter(50_000, guard())));
    const stop = new AbortController();
    const fifth = bigRuns.enter(50_000, guard(stop.signal));
    stop.abort();
    await expect(fifth).rejects.toMatchObject({ reason: "stopping" });
  });
});
