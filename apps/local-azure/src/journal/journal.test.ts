import { randomBytes } from "node:crypto";
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Entry } from "./entry.ts";
import { FrameSealer, JournalUnreadable, openFrames } from "./frames.ts";
import { Journal } from "./journal.ts";
import { StateLocked } from "./lock.ts";

const KEY = randomBytes(32);

const tenant = (id: string): Entry => ({
  type: "tenant",
  tenant: { id, displayName: id, domain: `${id}.example` },
});

describe("Frames", () => {
  const file = (sealer: FrameSealer, ...frames: Buffer[]): Buffer =>
    Buffer.concat([sealer.header, ...frames]);

  test("come back in order and can't be read without the key", () => {
    const sealer = new FrameSealer(KEY);
    const bytes = file(sealer, sealer.seal("[]"), sealer.seal("canary"), sealer.seal(""));
    expect(bytes.includes("canary")).toBe(false);
    expect(openFrames(bytes, KEY)).toEqual({ texts: ["[]", "canary", ""], torn: false });
    expect(() => openFrames(bytes, randomBytes(32))).toThrow("storage key");
  });

  test("lose a last one that is cut short at any byte, or damaged, and nothing before it", () => {
    const sealer = new FrameSealer(KEY);
    const first = file(sealer, sealer.seal("one"));
    const last = sealer.seal("two");
    for (let kept = 1; kept < last.length; kept += 1) {
      const torn = Buffer.concat([first, last.subarray(0, kept)]);
      expect(openFrames(torn, KEY)).toEqual({ texts: ["one"], torn: true });
    }
    const damaged = Buffer.concat([first, last]);
    damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
    expect(openFrames(damaged, KEY)).toEqual({ texts: ["one"], torn: true });
  });

  test("refuse damage in the middle, other files, and frames that changed places", () => {
    const sealer = new FrameSealer(KEY);
    const [one, two, three] = [sealer.seal("one"), sealer.seal("two"), sealer.seal("six")];
    expect(() => openFrames(file(sealer, one, three, two), KEY)).toThrow("damaged at byte");
    expect(() => openFrames(Buffer.from("something else entirely, long enough"), KEY)).toThrow(
      JournalUnreadable,
    );
  });
});

describe("The journal", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "local-azure-journal-"));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const stateFile = (): string => join(directory, "state.kvlaz");

  /** Opens, lets work, closes, and gives what was there at opening. */
  function session(work: (journal: Journal) => void = () => undefined, alive: Entry[] = []): Entry[] {
    const { journal, entries } = Journal.open(directory, KEY);
    journal.begin(() => [...entries, ...alive]);
    work(journal);
    journal.close();
    return entries;
  }

  test("gives back what was alive and what was appended, in order", () => {
    expect(session((journal) => journal.append([tenant("b"), tenant("c")]), [tenant("a")])).toEqual([]);
    expect(session()).toEqual([tenant("a"), tenant("b"), tenant("c")]);
  });

  test("takes more entries at once than a frame holds", () => {
    const many = Array.from({ length: 1234 }, (_, index) => tenant(String(index)));
    session((journal) => journal.append(many));
    expect(session()).toEqual(many);
  });

  test("drops a torn end and goes on", () => {
    session((journal) => {
      journal.append([tenant("a")]);
      journal.append([tenant("b")]);
    });
    truncateSync(stateFile(), readFileSync(stateFile()).length - 3);
    expect(session((journal) => journal.append([tenant("c")]))).toEqual([tenant("a")]);
    expect(session()).toEqual([tenant("a"), tenant("c")]);
  });

  test("survives a crash while it is written anew", () => {
    session((journal) => journal.append([tenant("a")]));
    writeFileSync(`${stateFile()}.next`, "half of a new file");
    expect(session()).toEqual([tenant("a")]);
    expect(readdirSync(directory)).toEqual(["state.kvlaz"]);
  });

  test("is written anew when it has grown a lot", () => {
    const big: Entry = { type: "backupKey", key: "x".repeat(1024 * 1024) };
    const { journal } = Journal.open(directory, KEY);
    journal.begin(() => [tenant("a")]);
    for (let round = 0; round < 70; round += 1) journal.append([big]);
    journal.close();
    expect(readFileSync(stateFile()).length).toBeLessThan(10 * 1024 * 1024);
    const reopened = Journal.open(directory, KEY);
    expect(reopened.entries[0]).toEqual(tenant("a"));
    reopened.journal.close();
  });

  test("is refused to a second process, and taken over from one that died", () => {
    const { journal } = Journal.open(directory, KEY);
    expect(() => Journal.open(directory, KEY)).toThrow(StateLocked);
    journal.close();
    const parent = String(process.ppid);
    const started = readFileSync(`/proc/${parent}/stat`, "utf8").split(") ")[1]?.split(" ")[19] ?? "";
    for (const stale of [`${parent} ${started}0`, "4194999 1", "", "nonsense"]) {
      writeFileSync(join(directory, "lock"), stale);
      expect(session()).toEqual([]);
    }
    writeFileSync(join(directory, "lock"), `${parent} ${started}`);
    expect(() => Journal.open(directory, KEY)).toThrow(StateLocked);
    rmSync(join(directory, "lock"));
    expect(session()).toEqual([]);
  });

  test("leaves no lock behind when it can't be read", () => {
    appendFileSync(stateFile(), "not a state file at all, whatever");
    expect(() => Journal.open(directory, KEY)).toThrow(JournalUnreadable);
    expect(readdirSync(directory)).toEqual(["state.kvlaz"]);
  });
});
