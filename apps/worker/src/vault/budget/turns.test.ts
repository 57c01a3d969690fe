import { describe, expect, test } from "@jest/globals";
import { Turns } from "./turns.ts";

const noPause = async (): Promise<void> => undefined;

const plenty = { requests: 1_000_000, windowMs: 10_000 };
/** What a vault is given by default: a hundredth of it is not quite two and a half. */
const usual = { requests: 240, windowMs: 10_000 };

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const ones = (count: number): number[] => Array.from({ length: count }, () => 1);

/** Turns on a clock that moves only when it is told how much later (ms) it is, and what they asked for. */
const countedTurns = (budget = plenty, given = (wanted: number): number => wanted) => {
  const questions: number[] = [];
  let time = 0;
  const ask = async (wanted: number) => {
    questions.push(wanted);
    return [given(wanted), 0] as const;
  };
  const turns = new Turns(ask, budget, () => time);
  return {
    questions,
    turns,
    /** Uses so many turns, one every so many ms. */
    useEvery: async (ms: number, count: number): Promise<void> => {
      for (let used = 0; used < count; used += 1) {
        await turns.next(noPause);
        time += ms;
      }
    },
    /** Uses so many turns at once, and again after so many ms. */
    useTogether: async (count: number, ms: number, rounds: number): Promise<void> => {
      for (let round = 0; round < rounds; round += 1) {
        await Promise.all(Array.from({ length: count }, () => turns.next(noPause)));
        time += ms;
      }
    },
    later: (ms: number): void => void (time += ms),
  };
};

test("those who come together are one question", async () => {
  const { questions, useTogether } = countedTurns();
  await useTogether(5, 1_000, 2);
  expect(questions).toEqual([5, 5]);
});

test("turns come in order, and who gets none waits as long as it is told", async () => {
  const answers: Array<readonly [number, number]> = [
    [2, 40],
    [0, 10],
    [1, 0],
  ];
  const events: string[] = [];
  const turns = new Turns(async () => answers.shift() ?? [0, 0], plenty);
  const pause = async (ms: number): Promise<void> => void events.push(`waits ${ms}`);
  await Promise.all(["a", "b", "c"].map(async (name) => turns.next(pause).then(() => events.push(name))));
  expect(events.filter((event) => event.startsWith("waits"))).toEqual(["waits 40", "waits 10"]);
  expect(events.filter((event) => !event.startsWith("waits"))).toEqual(["a", "b", "c"]);
});

test("a wait that must end ends for all who wait, and the next ones are asked for again", async () => {
  const answers: Array<readonly [number, number]> = [
    [0, 40],
    [1, 0],
  ];
  const turns = new Turns(async () => answers.shift() ?? [0, 0], plenty);
  const stop = async (): Promise<void> => {
    throw new Error("stop");
  };
  const ended = await Promise.allSettled([turns.next(stop), turns.next(stop)]);
  expect(ended.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await expect(turns.next(stop)).resolves.toBeUndefined();
});

describe("turns that are asked for ahead", () => {
  test("are as many as are used meanwhile, so that few questions give them all", async () => {
    const { questions, useEvery } = countedTurns();
    await useEvery(5, 600);
    expect(questions.length).toBeLessThan(110);
    expect(sum(questions)).toBeGreaterThanOrEqual(600);
    expect(sum(questions)).toBeLessThan(610);
  });

  test("are none where turns are used slowly", async () => {
    const { questions, useEvery } = countedTurns();
    await useEvery(40, 75);
    expect(questions).toEqual(ones(75));
  });

  test("are none while turns are short: what isn't given would be kept for somebody who doesn't wait", async () => {
    const { questions, useEvery } = countedTurns(plenty, () => 1);
    await useEvery(5, 600);
    expect(sum(questions)).toBeLessThanOrEqual(600 + 3);
  });

  test("are dropped when the vault throttles, and none are asked for until that is over", async () => {
    const { questions, turns, useEvery } = countedTurns();
    await useEvery(5, 20);
    expect(Math.max(...questions)).toBeGreaterThan(1);
    turns.drop();
    questions.length = 0;
    await useEvery(5, 100);
    expect(questions).toEqual(ones(100));
  });

  test("aren't used late", async () => {
    const { questions, later, useEvery, useTogether } = countedTurns();
    await useTogether(4, 10, 1);
    await useEvery(26, 1);
    later(1_000);
    await useEvery(1, 1);
    expect(questions).toEqual([4, 5, 1]);
  });

  test("waste next to nothing of a budget on those who come all at once", async () => {
    const { questions, useTogether } = countedTurns(usual);
    await useTogether(16, 50, 200);
    expect(sum(questions) - 200 * 16).toBeLessThanOrEqual(2 * 2.4);
  });
});
