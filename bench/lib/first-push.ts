import { callsTo, createVault, resetStatistics, setRoundTrip, setThrottle } from "./azure.ts";
import { ROUND_TRIP_MS, UNTHROTTLED, type BenchContext } from "./bench.ts";
import { CpuMeter } from "./processes.ts";
import { addSecrets, begunRun, createProject, createSync, endedRun, type Project } from "./scenario.ts";

/** A sync whose secrets all stand in its vault. */
export type Pushed = Readonly<{
  project: Project;
  syncId: string;
  vault: string;
  workerPid: number;
  /** From the first run's begin to its end, in milliseconds. */
  tookMs: number;
  /** The worker's CPU meanwhile, in milliseconds. */
  cpuMs: number;
  /** Writes that the vault carried out, the validation's one included. */
  writes: number;
}>;

/** One project, one vault, one sync, one worker, and a first push of so many secrets at this round trip. */
export async function firstPush(
  { stack, log }: BenchContext,
  secrets: number,
  roundTripMs: number = ROUND_TRIP_MS,
  worker: Readonly<Record<string, string>> = UNTHROTTLED,
  onBegin: (workerPid: number) => void = () => undefined,
): Promise<Pushed> {
  await setThrottle(stack, null);
  const project = await createProject(stack, "bench");
  log(`adding ${secrets} secrets`);
  await addSecrets(stack, project, secrets);
  const vault = await createVault(stack, "bench");
  const { pid } = await stack.startWorker(worker);
  await setRoundTrip(stack, roundTripMs);
  log(`first push of ${secrets} secrets at ${roundTripMs} ms`);
  await resetStatistics(stack);
  const syncId = await createSync(stack, { project, vault });
  const { startedAt } = await begunRun(stack, syncId);
  const cpu = new CpuMeter([pid]);
  onBegin(pid);
  const run = await endedRun(stack, syncId, startedAt - 1, 20_000 + secrets * 20);
  if (run.created !== secrets) throw new Error(`${run.created} of ${secrets} secrets were created`);
  return {
    project,
    syncId,
    vault: vault.name,
    workerPid: pid,
    tookMs: run.endedAt - run.startedAt,
    cpuMs: cpu.usedMs,
    // The validation's first request is refused with the challenge, and wrote nothing.
    writes: (await callsTo(stack, vault.name))["setSecret"]?.["200"] ?? 0,
  };
}
