import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { memorySubject } from "./memory-subject.ts";
import { NAMES, steps, type Step } from "./steps.ts";
import { allOf, outcomeOf, signal, type MakeSubject, type Subject } from "./subject.ts";

/** How many sequences a test run tries; it goes on for as long as it is told, as the model's test does. */
const RUNS = 30;
const minutes = Number(process.env["FUZZ_MINUTES"] ?? "0");
const seed = process.env["FUZZ_SEED"];
const path = process.env["FUZZ_PATH"];

/**
 * Holds a vault against the one in memory: whatever is done to both, both answer the same. A failure tells the seed and
 * the shortest sequence that was found.
 *
 * @param makeSubject makes vaults whose clock moves only when it is told to
 */
export function describeSameness(name: string, makeSubject: MakeSubject): void {
  test(
    `${name} and a vault in memory can't be told apart by random sequences`,
    async () => {
      await fc.assert(
        fc.asyncProperty(steps, async (sequence) => {
          const other = new Watched(await makeSubject());
          const memory = new Watched(memorySubject(other.subject.now()));
          for (const step of sequence) {
            expect(await memory.take(step)).toEqual(await other.take(step));
            expect(await memory.lists()).toEqual(await other.lists());
          }
          expect(await memory.everything()).toEqual(await other.everything());
        }),
        {
          numRuns: minutes > 0 ? Number.MAX_SAFE_INTEGER : RUNS,
          ...(minutes > 0 ? { interruptAfterTimeLimit: minutes * 60_000 } : {}),
          ...(seed === undefined ? {} : { seed: Number(seed) }),
          ...(path === undefined ? {} : { path }),
        },
      );
    },
    minutes * 60_000 + 120_000,
  );
}

/** A vault as seen from outside. Its versions are told by the order in which their writes were answered. */
class Watched {
  readonly subject: Subject;
  readonly #versions = new Map<string, number>();

  constructor(subject: Subject) {
    this.subject = subject;
  }

  /** What comes of a step, in a form that is the same for equal vaults. */
  async take(step: Step): Promise<unknown> {
    const { vault, others, pass } = this.subject;
    switch (step.do) {
      case "list":
      case "listDeleted":
        return outcomeOf(allOf<unknown>(vault[step.do](signal)));
      case "versions":
        return outcomeOf(this.#versionsOf(step.name));
      case "set":
        return outcomeOf(this.#set(step));
      case "remove":
      case "isDeleted":
      case "findDeleted":
      case "recover":
      case "purge":
        return outcomeOf<unknown>(vault[step.do](step.name, signal));
      case "they set":
        return statusOf(() => others.set(step.name, step.value, step.properties));
      case "they amend":
        return statusOf(() => others.amend(step.name, step.amendment));
      case "they delete":
        return statusOf(() => others.delete(step.name));
      case "they recover":
        return statusOf(() => others.recover(step.name));
      case "they purge":
        return statusOf(() => others.purge(step.name));
      case "they make a certificate":
        return statusOf(() => others.addManaged(step.name, "certificate"));
      case "pass":
        return pass(step.ms);
    }
  }

  async lists(): Promise<unknown> {
    const { vault } = this.subject;
    return [await allOf(vault.list(signal)), await allOf(vault.listDeleted(signal))];
  }

  async everything(): Promise<unknown> {
    const of = async (name: string): Promise<unknown> => ({
      name,
      versions: await outcomeOf(this.#versionsOf(name)),
      findDeleted: await outcomeOf(this.subject.vault.findDeleted(name, signal)),
      value: this.subject.others.peek(name),
    });
    return [await this.lists(), await Promise.all(NAMES.map(of))];
  }

  async #set({ name, value, properties }: Extract<Step, { do: "set" }>): Promise<unknown> {
    const { version, updated } = await this.subject.vault.set(name, value, properties, signal);
    const number = this.#versions.size + 1;
    expect(this.#versions.has(version)).toBe(false);
    this.#versions.set(version, number);
    return { version: number, updated };
  }

  /** Without order, as the ids have another in each vault; but it must be that of the ids. */
  async #versionsOf(name: string): Promise<unknown> {
    const versions = await this.subject.vault.versions(name, signal);
    const ids = versions.map(({ version }) => version);
    expect(ids).toEqual(ids.toSorted());
    return versions
      .map(({ version, ...properties }) => ({ version: this.#versions.get(version) ?? 0, ...properties }))
      .map((version) => [JSON.stringify(version, sortedKeys), version] as const)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([, version]) => version);
  }
}

/** What somebody else's request comes to: the status of its refusal, or nothing. */
async function statusOf(work: () => Promise<void> | void): Promise<unknown> {
  try {
    await work();
    return undefined;
  } catch (error) {
    const statusCode: unknown = error instanceof Error ? Reflect.get(error, "statusCode") : undefined;
    if (typeof statusCode !== "number") throw error;
    return { statusCode };
  }
}

/** So that equal things have equal texts, whatever the order in which their fields were set. */
function sortedKeys(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
