import { expect, test } from "@jest/globals";
import { TURN_GOOD_FOR_MS } from "../vault/budget/budgets.ts";
import { EarlyTurn } from "./early-turn.ts";

function given(): { turn: EarlyTurn; taken: () => number; pass: (ms: number) => void } {
  let now = 0;
  let taken = 0;
  const take = async (): Promise<void> => void (taken += 1);
  return {
    turn: new EarlyTurn(take, { monotonic: () => now }),
    taken: () => taken,
    pass: (ms) => (now += ms),
  };
}

test("a turn is taken ahead, and is the write's if it is sent soon", async () => {
  const { turn, taken, pass } = given();
  expect(taken()).toBe(1);
  await Promise.resolve();
  pass(TURN_GOOD_FOR_MS);
  await turn.use();
  expect(taken()).toBe(1);
});

test("one that is too old is let go, and another taken", async () => {
  const { turn, taken, pass } = given();
  await Promise.resolve();
  pass(TURN_GOOD_FOR_MS + 1);
  await turn.use();
  expect(taken()).toBe(2);
});

test("each attempt after the first takes its own", async () => {
  const { turn, taken } = given();
  await turn.use();
  await turn.use();
  await turn.use();
  expect(taken()).toBe(3);
});

test("what ends the wait for a turn is told to who uses it, and to nobody else", async () => {
  const take = async (): Promise<void> => {
    throw new RangeError("the run must stop");
  };
  const unhandled: unknown[] = [];
  const listen = (error: unknown): void => void unhandled.push(error);
  process.on("unhandledRejection", listen);
  const [used] = [1, 2].map(() => new EarlyTurn(take, { monotonic: () => 0 }));
  await expect(used?.use()).rejects.toThrow(RangeError);
  await new Promise(setImmediate);
  process.off("unhandledRejection", listen);
  expect(unhandled).toEqual([]);
});
