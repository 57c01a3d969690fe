import type { SystemState } from "../../api/overview.ts";
import type { Tone } from "../../components/state.ts";

/** A part of what stands behind all syncs, in a few words. */
export type SystemFact = Readonly<{
  name: (typeof SYSTEM_FACTS)[number];
  tone: Tone;
  words: string;
  /** What that means, or the figures behind it. */
  more: string;
  /** A moment that belongs to it: “since”, “next”. */
  at?: Readonly<{ word: string; time: string }>;
}>;

/** So much waits before somebody should look at it. */
const MANY_WAIT = 1_000;

/** The names of the parts, in their order. */
export const SYSTEM_FACTS = [
  "Workers",
  "Queues",
  "Throttled vaults",
  "Signing key",
  "PostgreSQL and Redis",
] as const;

/** How what stands behind all syncs does, a fact for each part. What only Redis knows is unknown while that is away. */
export function systemFacts(system: SystemState): readonly SystemFact[] {
  return [workers(system), queues(system), vaults(system), signingKey(system), services(system)];
}

function workers({ workers: seen }: SystemState): SystemFact {
  const name = "Workers" as const;
  if (seen === null) return { name, ...unknown };
  if (seen.length === 0)
    return {
      name,
      tone: "danger",
      words: "None is heard of",
      more: "Nothing is synced until a worker runs. Start one, or look at its log.",
    };
  return { name, tone: "success", words: `${seen.length.toLocaleString("en")} running`, more: listed(seen) };
}

const listed = (workers: ReadonlyArray<Readonly<{ name: string }>>): string =>
  workers.length <= 3
    ? workers.map(({ name }) => name).join(", ")
    : `${workers
        .slice(0, 2)
        .map(({ name }) => name)
        .join(", ")} and ${workers.length - 2} more`;

function queues({ queues: depths }: SystemState): SystemFact {
  const name = "Queues" as const;
  if (depths === null) return { name, ...unknown };
  const sum = (what: "waiting" | "active" | "delayed" | "failed"): number =>
    depths.reduce((total, depth) => total + depth[what], 0);
  const waiting = sum("waiting");
  return {
    name,
    tone: waiting > MANY_WAIT ? "warning" : "success",
    words: waiting === 0 ? "Nothing waits" : `${waiting.toLocaleString("en")} waiting`,
    more: `${sum("active")} under way, ${sum("delayed")} for later, ${sum("failed")} failed`,
  };
}

function vaults({ throttledVaults }: SystemState): SystemFact {
  const name = "Throttled vaults" as const;
  if (throttledVaults === null) return { name, ...unknown };
  if (throttledVaults.length === 0)
    return { name, tone: "success", words: "None", more: "No vault refuses requests." };
  const count = new Set(throttledVaults.map(({ vaultUrl }) => vaultUrl)).size;
  return {
    name,
    tone: "warning",
    words: counted(count, "vault", "vaults"),
    more: "Workers slow down by themselves, and speed up again.",
  };
}

function signingKey({ signingKey: key }: SystemState): SystemFact {
  const name = "Signing key" as const;
  if (key.activeSince === null)
    return {
      name,
      tone: "danger",
      words: "None is active",
      more: "No assertion can be signed. Run “npm run keys -- list”, or “kvsync-admin keys list” in a container.",
    };
  if (key.overdue)
    return {
      name,
      tone: "danger",
      words: "Rotation is overdue",
      more: "A worker’s upkeep rotates it every hour, when one runs.",
      ...(key.dueAt === null ? {} : { at: { word: "Was due", time: key.dueAt } }),
    };
  return {
    name,
    tone: "success",
    words: key.nextPublishedAt === null ? "Active" : "Active, the next is published",
    more: "Rotates by itself.",
    ...(key.dueAt === null ? {} : { at: { word: "Next", time: key.dueAt } }),
  };
}

function services({ database, redis }: SystemState): SystemFact {
  const name = "PostgreSQL and Redis" as const;
  if (!redis.reachable)
    return {
      name,
      tone: "danger",
      words: "Redis can’t be reached",
      more: "Nothing is lost; work goes on when it is back.",
    };
  return { name, tone: "success", words: "Reachable", more: `${latency(database)} and ${latency(redis)}` };
}

const latency = ({ latencyMs }: SystemState["redis"]): string =>
  latencyMs === null ? "?" : `${latencyMs} ms`;

const unknown = {
  tone: "neutral",
  words: "Unknown",
  more: "Redis can’t be reached.",
} as const;

const counted = (count: number, one: string, many: string): string =>
  `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
