import { describe, expect, test } from "@jest/globals";
import { setImmediate as nextTurn } from "node:timers/promises";
import { BigRuns } from "./big-runs.ts";
import { Guard } from "./halt.ts";

const guard = (stop = new AbortController().signal): Guard => new Guard(() => true, stop);

/** Whether a promise is settled once all that can go on has gone on. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const open = Symbol("open");
  return (await Promise.race([promise, nextTurn(open)])) !== open;
}

const taken = async (bigRuns: BigRuns, secrets: number): Promise<void> =>
  bigRuns.placeFor(secrets, guard()).take();

describe("big runs", () => {
  test("leave their places to small ones: those never wait", async () => {
    const bigRuns = new BigRuns();
    for (let n = 0; n < 4; n += 1) await taken(bigRuns, 50_000);
    for (let n = 0; n < 100; n += 1) await taken(bigRuns, 2_000);
  });

  test("wait for one another beyond four, and go on when one ends", async () => {
    const bigRuns = new BigRuns();
    const first = bigRuns.placeFor(50_000, guard());
    await first.take();
    for (let n = 1; n < 4; n += 1) await taken(bigRuns, 50_000);
    const fifth = taken(bigRuns, 50_000);
    expect(await isSettled(fifth)).toBe(false);
    first.leave();
    await fifth;
  });

  test("take one place each and give it back once, however often they ask", async () => {
    const bigRuns = new BigRuns();
    const first = bigRuns.placeFor(50_000, guard());
    await first.take();
    await first.take();
    for (let n = 1; n < 4; n += 1) await taken(bigRuns, 50_000);
    first.leave();
    first.leave();
    await taken(bigRuns, 50_000);
    const stop = new AbortController();
    const fifth = bigRuns.placeFor(50_000, guard(stop.signal)).take();
    expect(await isSettled(fifth)).toBe(false);
    // Otherwise it would wait for ever, and Jest for it.
    stop.abort();
    await expect(fifth).rejects.toMatchObject({ reason: "stopping" });
  });

  test("that wait stop when the worker stops", async () => {
    const bigRuns = new BigRuns();
    for (let n = 0; n < 4; n += 1) await taken(bigRuns, 50_000);
    const stop = new AbortController();
    const fifth = bigRuns.placeFor(50_000, guard(stop.signal)).take();
    stop.abort();
    await expect(fifth).rejects.toMatchObject({ reason: "stopping" });
  });
});
