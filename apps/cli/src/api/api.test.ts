import { ApiProblem } from "@kvsync/contracts/api";
import { expect, test } from "@jest/globals";
import { explain } from "./explain.ts";
import { nearest, suggestion } from "./nearest.ts";
import { onlyWorkspace, pickEnvironment } from "./places.ts";
import { deadlineIn, polled } from "./polling.ts";
import { sentAgain } from "./sent-again.ts";
import { pickSync } from "./syncs.ts";

const problem = (status: number, code = "X", retryAfterSeconds?: number): ApiProblem =>
  new ApiProblem({ status, code, message: "It said so", retryAfterSeconds });

test.each([
  [400, 2],
  [401, 3],
  [403, 4],
  [404, 4],
  [409, 1],
  [412, 1],
  [422, 2],
  [429, 1],
  [500, 1],
  [503, 7],
  [0, 7],
])("an answer of %d ends with exit code %d", (status, exitCode) => {
  expect(explain(problem(status), "https://x").exitCode).toBe(exitCode);
});

test("an error keeps the API's code and sentence, and says why there was no answer", () => {
  expect(explain(problem(409, "SYNC_STATE"), "https://x")).toMatchObject({
    code: "SYNC_STATE",
    message: "It said so.",
  });
  const cause = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
  const refused = new ApiProblem(
    { status: 0, code: "NETWORK", message: "" },
    { cause: new TypeError("x", { cause }) },
  );
  expect(explain(refused, "https://x").message).toBe(
    "https://x can't be reached: the connection is refused.",
  );
  expect(explain(problem(429, "RATE_LIMITED", 7), "https://x").hint).toBe("Try again in 7 seconds.");
});

test("the word that was probably meant is found, and nothing far from it", () => {
  const words = ["production", "staging", "preview"];
  expect(nearest("productoin", words)).toBe("production");
  expect(nearest("Stag", words)).toBe("staging");
  expect(nearest("x", words)).toBeUndefined();
  expect(suggestion("zzz", words)).toBe("There is “production”, “staging”, “preview”.");
  expect(suggestion("zzz", [])).toBeUndefined();
});

test("a sync is found by its name, and one of several is not guessed", () => {
  const syncs = [
    { id: "1", name: "Shop" },
    { id: "2", name: "shop" },
    { id: "3", name: "Other" },
  ];
  expect(pickSync(syncs, "shop").id).toBe("2");
  expect(pickSync(syncs, "other").id).toBe("3");
  expect(() => pickSync(syncs, "SHOP")).toThrow(
    expect.objectContaining({ exitCode: 2, hint: "Give the id: 1, 2." }),
  );
  expect(() => pickSync(syncs, "shpo")).toThrow(expect.objectContaining({ exitCode: 4 }));
});

test("a workspace or an environment is taken for granted only where there is one", () => {
  const one = { id: "1", name: "One", slug: "one" };
  expect(onlyWorkspace([one])).toBe(one);
  expect(() => onlyWorkspace([one, one])).toThrow(expect.objectContaining({ exitCode: 2 }));
  expect(() => onlyWorkspace([])).toThrow(expect.objectContaining({ exitCode: 4 }));
  const live = { id: "a-b", name: "live", hasPersonalOverrides: false };
  const test = { ...live, id: "c-d", name: "test" };
  expect(pickEnvironment([live], undefined)).toBe(live);
  expect(pickEnvironment([live, test], "C-D")).toBe(test);
  expect(() => pickEnvironment([live, test], undefined)).toThrow(expect.objectContaining({ exitCode: 2 }));
});

function clock() {
  let time = 0;
  const slept: number[] = [];
  const sleep = async (ms: number): Promise<void> => {
    slept.push(ms);
    time += ms;
  };
  return { slept, now: () => time, sleep };
}

test("looking again has growing gaps, and ends at the deadline", async () => {
  const time = clock();
  const seen: number[] = [];
  const waiting = async (): Promise<void> => {
    for await (const value of polled(time, deadlineIn(time, { ms: 5_000, text: "5s" }), async () =>
      time.now(),
    ))
      seen.push(value);
  };
  await expect(waiting()).rejects.toMatchObject({ exitCode: 6, message: "It isn't done after 5s." });
  expect(time.slept[0]).toBe(400);
  expect(time.slept[1]).toBeGreaterThan(400);
  expect(seen.at(-1)).toBe(5_000);
});

test("a server that is away for a moment is waited for, as long as it asks; one that refuses is not", async () => {
  const time = clock();
  const answers = [problem(503), problem(429, "RATE_LIMITED", 9), "there"];
  const look = async (): Promise<string> => {
    const answer = answers.shift();
    if (typeof answer === "string") return answer;
    throw answer;
  };
  const first = await polled(time, deadlineIn(time, { ms: 60_000, text: "1m" }), look).next();
  expect(first.value).toBe("there");
  expect(time.slept).toContain(9_000);
  const refused = polled(time, deadlineIn(time, { ms: 60_000, text: "1m" }), () =>
    Promise.reject(problem(403)),
  );
  await expect(refused.next()).rejects.toMatchObject({ status: 403 });
});

test("a request with a key is sent again while the server isn't there for it, and no longer", async () => {
  const answers = [problem(503), problem(502), "done"];
  const send = async (): Promise<string> => {
    const answer = answers.shift();
    if (typeof answer === "string") return answer;
    throw answer;
  };
  expect(await sentAgain(clock().sleep, send)).toBe("done");
  let sent = 0;
  const count = (status: number) => (): Promise<never> => {
    sent++;
    return Promise.reject(problem(status));
  };
  await expect(sentAgain(clock().sleep, count(503))).rejects.toMatchObject({ status: 503 });
  await expect(sentAgain(clock().sleep, count(409))).rejects.toMatchObject({ status: 409 });
  expect(sent).toBe(5);
});
