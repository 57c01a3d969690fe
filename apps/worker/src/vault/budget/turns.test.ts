import { expect, test } from "@jest/globals";
import { Turns } from "./turns.ts";

const noPause = async (): Promise<void> => undefined;

test("those who come together are one question", async () => {
  const questions: number[] = [];
  const turns = new Turns(async (wanted) => {
    questions.push(wanted);
    return [wanted, 0];
  });
  await Promise.all(Array.from({ length: 5 }, () => turns.next(noPause)));
  await turns.next(noPause);
  expect(questions).toEqual([5, 1]);
});

test("turns come in order, and who gets none waits as long as it is told", async () => {
  const answers: Array<readonly [number, number]> = [
    [2, 40],
    [0, 10],
    [1, 0],
  ];
  const events: string[] = [];
  const turns = new Turns(async () => answers.shift() ?? [0, 0]);
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
  const turns = new Turns(async () => answers.shift() ?? [0, 0]);
  const stop = async (): Promise<void> => {
    throw new Error("stop");
  };
  const ended = await Promise.allSettled([turns.next(stop), turns.next(stop)]);
  expect(ended.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await expect(turns.next(stop)).resolves.toBeUndefined();
});
