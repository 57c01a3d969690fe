/** What a request to Bull Board asks to be done. */
export type BoardOrder = Readonly<{
  /** Bull Board's own word: `retry`, `promote`, `clean`, `pause` … */
  order: string;
  /** Null for all queues at once. */
  queue: string | null;
  /** Null for the queue itself, or for many of its jobs. */
  jobId: string | null;
  /** In which state the jobs are, where it is about all of those. */
  jobState: string | null;
  schedulerId: string | null;
}>;

const OF_ALL = ["pause", "resume"];
const OF_QUEUE = ["add", "promote", "pause", "resume", "concurrency", "rate-limit", "empty", "obliterate"];
const OF_STATE = ["retry", "clean"];
const OF_SCHEDULER = ["remove", "run"];
const OF_JOB = [
  "retry",
  "clean",
  "promote",
  "update-data",
  "delay",
  "priority",
  "remove-unprocessed-children",
];

/**
 * What a changing request asks for, by its path below the board's. Bull Board's own routes decide: what fits two of them
 * goes to the first.
 *
 * @returns null for a path that is none of its orders
 */
export function boardOrderOf(path: string): BoardOrder | null {
  const parts = path.split("/").slice(1).map(decoded);
  if (parts.at(-1) === "") parts.pop();
  const [api, queues, ...rest] = parts;
  if (api?.toLowerCase() !== "api" || queues?.toLowerCase() !== "queues") return null;
  const [first = "", second = "", third = "", fourth = ""] = rest;
  const of = (order: string, more: Partial<BoardOrder> = {}): BoardOrder => ({
    order: order.toLowerCase(),
    queue: first,
    jobId: null,
    jobState: null,
    schedulerId: null,
    ...more,
  });
  const isOne = (word: string, words: readonly string[]): boolean => words.includes(word.toLowerCase());
  if (rest.length === 1) return isOne(first, OF_ALL) ? of(first, { queue: null }) : null;
  if (rest.length === 2) return isOne(second, OF_QUEUE) ? of(second) : null;
  if (rest.length === 3 && isOne(second, OF_STATE)) return of(second, { jobState: third });
  if (rest.length === 3 && isOne(second, ["rate-limit"]) && isOne(third, ["release"]))
    return of("release-rate-limit");
  if (rest.length === 3 && isOne(second, ["job-schedulers"])) return of("change", { schedulerId: third });
  if (rest.length === 3) return isOne(third, OF_JOB) ? of(third, { jobId: second }) : null;
  const ofScheduler = rest.length === 4 && isOne(second, ["job-schedulers"]) && isOne(fourth, OF_SCHEDULER);
  return ofScheduler ? of(fourth, { schedulerId: third }) : null;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
