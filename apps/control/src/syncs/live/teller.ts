import type { LiveEvent } from "@kvsync/contracts/api";
import type { Snapshot } from "./snapshot.ts";

/** An event with the id that a browser hands back when it reconnects. */
export type IdentifiedEvent = LiveEvent & Readonly<{ id: string }>;

/**
 * Tells one listener what it doesn't know yet: everything at first, later what changed. An id says up to when runs ended
 * that were told of; a listener that comes back with one hears of those that ended since, too.
 */
export class Teller {
  readonly #told = new Map<string, string>();
  #heardUntil: number | undefined;

  /** @param lastEventId as the listener gives it; what is no id of ours counts as none */
  constructor(lastEventId?: string) {
    const time = /^e(\d{1,15})$/.exec(lastEventId ?? "")?.[1];
    if (time !== undefined) this.#heardUntil = Number(time);
  }

  /** The events that the listener lacks. */
  tell({ sync, runs, records, validation }: Snapshot): IdentifiedEvent[] {
    const ended = Math.max(0, ...runs.map(endOf));
    const since = this.#heardUntil ?? ended;
    const newestEnded = runs.find(({ endedAt }) => endedAt !== null);
    const shown = runs.filter((run) => run.endedAt === null || run === newestEnded || endOf(run) >= since);
    const events: LiveEvent[] = [
      { name: "sync", data: sync },
      ...shown.toReversed().map((run): LiveEvent => ({ name: "run", data: run })),
      { name: "records", data: records },
      ...(validation === null ? [] : [{ name: "validation", data: validation } as const]),
    ];
    this.#heardUntil = Math.max(since, ended);
    const id = `e${this.#heardUntil}`;
    return events.filter((event) => this.#isNew(event)).map((event) => ({ ...event, id }));
  }

  #isNew(event: LiveEvent): boolean {
    const subject = event.name === "run" ? event.data.id : event.name;
    const text = JSON.stringify(event.data);
    if (this.#told.get(subject) === text) return false;
    this.#told.set(subject, text);
    return true;
  }
}

const endOf = ({ endedAt }: Snapshot["runs"][number]): number => (endedAt === null ? 0 : Date.parse(endedAt));
