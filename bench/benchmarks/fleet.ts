import { callsByVault, countOf, resetStatistics, setRoundTrip, setThrottle, until } from "../lib/azure.ts";
import { ROUND_TRIP_MS, UNTHROTTLED, type Benchmark } from "../lib/bench.ts";
import { measureCeiling } from "../lib/ceiling.ts";
import { createFleet, makeChecksDue, makeEventsDue, rush } from "../lib/fleet.ts";
import { CpuMeter, cpuMsOfFamily, memoryMb, openSockets } from "../lib/processes.ts";
import type { Stack } from "../lib/stack.ts";

const SECRETS_EACH = 20;
const RUNS_PER_S = 200;
/**
 * So many rounds for each worker aren't measured: after them each has signed in to all vaults but one in a thousand, and
 * its code is compiled.
 */
const SIGN_IN_ROUNDS = 5;
/** Of so many rounds the one in the middle counts: a round takes some seconds, and those of a shared machine differ. */
const MEASURED_ROUNDS = 3;
/** So many connections to PostgreSQL, Redis and Entra a busy worker may have beside those it began with. */
const SOCKETS_OF_OTHERS = 40;
/** RUN_CONCURRENCY's default. */
const RUNS_AT_ONCE = 100;

type MakeDue = (stack: Stack) => Promise<void>;

/** What came of making the whole fleet due once. */
type Round = Readonly<{
  perSecond: number;
  cpuMsPerRun: number;
  calls: number;
  checked: number;
  /** CPU per run of local Azure, PostgreSQL and Redis, in milliseconds: they share the machine with the workers. */
  servicesMsPerRun: Readonly<Record<string, number>>;
}>;

export const fleet: Benchmark = {
  about: "many small syncs that are all due at once, by schedule and by events",
  size: 1_000,
  sizeOf: "syncs",
  gatherMs: 500,
  deadlineSeconds: 900,
  run: async ({ stack, size, figures, log }) => {
    await setThrottle(stack, null);
    await setRoundTrip(stack, 1);
    const settings = { ...UNTHROTTLED, SWEEP_EVERY_MS: "500" };
    const { pid: firstPid } = await stack.startWorker(settings);
    const idleSockets = openSockets(firstPid);
    log(`setting up ${size} syncs`);
    await createFleet(stack, size, SECRETS_EACH, log);
    await setRoundTrip(stack, ROUND_TRIP_MS);

    const signIn = async (pids: readonly number[]): Promise<Round> => {
      const cold = await round(stack, size, pids, makeChecksDue);
      for (let again = 1; again < SIGN_IN_ROUNDS * pids.length; again += 1)
        await round(stack, size, pids, makeChecksDue);
      return cold;
    };
    const measured = async (pids: readonly number[], makeDue: MakeDue): Promise<Round> => {
      const rounds: Round[] = [];
      while (rounds.length < MEASURED_ROUNDS) rounds.push(await round(stack, size, pids, makeDue));
      return inTheMiddle(rounds);
    };
    /** As it is when checks come further apart than connections are kept. */
    const withoutConnections = async (pids: readonly number[]): Promise<Round> => {
      log("waiting until all connections to vaults are closed");
      const most = pids.length * (idleSockets + SOCKETS_OF_OTHERS);
      const areClosed = async (): Promise<boolean> => sum(pids.map(openSockets)) <= most;
      await until("all connections to vaults are closed", areClosed, { everyMs: 500, withinMs: 300_000 });
      return round(stack, size, pids, makeChecksDue);
    };
    log("one worker");
    const one = [firstPid];
    await signIn(one);
    const checksByOne = await measured(one, makeChecksDue);
    const eventsByOne = await measured(one, makeEventsDue);
    const closedByOne = await withoutConnections(one);
    log("two workers");
    const two = [firstPid, (await stack.startWorker(settings)).pid];
    const cold = await signIn(two);
    const checksByTwo = await measured(two, makeChecksDue);
    const eventsByTwo = await measured(two, makeEventsDue);
    const closedByTwo = await withoutConnections(two);
    log("bare client");
    const ceiling = await measureCeiling(stack, {
      kind: "list",
      concurrency: RUNS_AT_ONCE,
      secrets: SECRETS_EACH,
    });
    figures
      .atLeast("checks, 1 worker", checksByOne.perSecond, "runs/s", RUNS_PER_S)
      .atLeast("checks, 2 workers", checksByTwo.perSecond, "runs/s", checksByOne.perSecond)
      .atMost("events, calls to vaults", eventsByOne.calls + eventsByTwo.calls, "calls", 0)
      .tell("checks without connections, 1 worker", closedByOne.perSecond, "runs/s")
      .tell("checks without connections, 2 workers", closedByTwo.perSecond, "runs/s")
      .tell("events, 1 worker", eventsByOne.perSecond, "runs/s")
      .tell("events, 2 workers", eventsByTwo.perSecond, "runs/s")
      .tell("checks, 2 workers, one just started", cold.perSecond, "runs/s")
      .tell("calls per check", checksByOne.calls / size, "calls")
      .tell("checks that looked at the vault", checksByOne.checked, "runs")
      .tell("CPU per check, 1 worker", checksByOne.cpuMsPerRun, "ms")
      .tell("CPU per check, 2 workers", checksByTwo.cpuMsPerRun, "ms")
      .tell("CPU per check without connections, 1 worker", closedByOne.cpuMsPerRun, "ms")
      .tell("of local Azure, beside it", checksByOne.servicesMsPerRun["local Azure"] ?? 0, "ms")
      .tell("of PostgreSQL, beside it", checksByOne.servicesMsPerRun["PostgreSQL"] ?? 0, "ms")
      .tell("of Redis, beside it", checksByOne.servicesMsPerRun["Redis"] ?? 0, "ms")
      .tell("cores that all of these kept busy, 1 worker", coresOf(checksByOne), "")
      .tell("cores that all of these kept busy, 2 workers", coresOf(checksByTwo), "")
      .tell("CPU per event, 1 worker", eventsByOne.cpuMsPerRun, "ms")
      .tell("worker peak RSS", memoryMb(firstPid).peak, "MB")
      .tell("bare client", ceiling.perSecond, "lists/s");
  },
};

/** Of all processes that have a part in it; the benchmark's own isn't among them. */
function coresOf({ perSecond, cpuMsPerRun, servicesMsPerRun }: Round): number {
  return (perSecond * (cpuMsPerRun + sum(Object.values(servicesMsPerRun)))) / 1_000;
}

function inTheMiddle(rounds: readonly Round[]): Round {
  const sorted = rounds.toSorted((one, other) => one.perSecond - other.perSecond);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new RangeError("no round was measured");
  return middle;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

async function round(stack: Stack, size: number, pids: readonly number[], makeDue: MakeDue): Promise<Round> {
  await resetStatistics(stack);
  const cpu = new CpuMeter(pids);
  const services = Object.entries(stack.services).map(
    ([name, pid]) => [name, pid, cpuMsOfFamily(pid)] as const,
  );
  const { runs, tookMs, checked } = await rush(stack, size, makeDue);
  const cpuMsPerRun = cpu.usedMs / runs;
  const servicesMsPerRun = Object.fromEntries(
    services.map(([name, pid, before]) => [name, (cpuMsOfFamily(pid) - before) / runs]),
  );
  const calls = Object.values(await callsByVault(stack)).reduce((sum, vault) => sum + countOf(vault), 0);
  return { perSecond: runs / (tookMs / 1000), cpuMsPerRun, calls, checked, servicesMsPerRun };
}
