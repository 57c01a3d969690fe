import {
  explainFailure,
  retryClass,
  type Failure,
  type FailureCode,
  type WebhookData,
  type WebhookHappening,
} from "@kvsync/contracts";
import type { RunCounts, RunEnd, RunView, SyncRow, Telling } from "@kvsync/store";

/** From which run in a row on a failure that passes by itself isn't taken to do so: after a minute or so. */
const LASTING_RUNS = 5;

export type Told = Telling["told"];

/** How a run ended, as far as it decides what is told. */
export type EndedRun = Pick<RunEnd, "state" | "failure" | "retryInMs" | "retryAttempt"> &
  Readonly<{ counts: Pick<RunCounts, "repaired" | "failed" | "blocked"> }>;

export const toldOf = ({ toldFailures, toldSince }: Pick<SyncRow, "toldFailures" | "toldSince">): Told => ({
  failures: toldFailures,
  since: toldSince,
});

/** Whether there may be something to tell at all: an ordinary run of a sound sync needs no look at it. */
export function mayTell({ state, counts }: EndedRun, told: Told): boolean {
  if (state === "interrupted") return false;
  return (
    told.failures.length > 0 || state === "failed" || counts.repaired + counts.failed + counts.blocked > 0
  );
}

/**
 * Decides what webhooks are told of a run, for whoever is called by it:
 *
 * - A sync that begins to fail is told of once, and again only for a failure that wasn't told since: what comes and goes
 *   in turn doesn't call twice. It fails when a run fails as a whole, or leaves secrets that fail.
 * - What passes by itself is told when it doesn't: the fifth run in a row, or a secret's third attempt.
 * - It has recovered when a run succeeds and no secret fails.
 * - Drift that was found in the vault is told by each run that finds any, and isn't a failure here: a sync that only
 *   reports it is told of once for each change.
 *
 * @returns null when there is nothing to tell
 */
export function decideTelling(end: EndedRun, told: Told, view: RunView, now: Date): Telling | null {
  const happenings: WebhookHappening[] = [];
  const path = `/w/${view.workspaceSlug}/syncs/${view.place.sync.id}/runs/${view.place.run.id}`;
  const drift = driftOf(end.counts, view);
  if (drift !== undefined) happenings.push({ type: "sync.drift.found", path, data: drift });
  const since = told.since ?? now;
  const causes = causesOf(end, view);
  const unheard = causes.filter((code) => !told.failures.includes(code));
  if (unheard.length > 0) {
    const data = failedData(end, unheard, view, since);
    happenings.push({ type: "sync.run.failed", path, data });
    return { happenings, told: { failures: [...told.failures, ...unheard], since } };
  }
  if (told.failures.length > 0 && end.state === "succeeded" && view.failing.length === 0) {
    const message = `“${view.place.sync.name}” is in order again.`;
    const data = { ...view.place, message, since: since.toISOString(), codes: told.failures };
    happenings.push({ type: "sync.recovered", path, data });
    return { happenings, told: { failures: [], since: null } };
  }
  return happenings.length === 0 ? null : { happenings, told };
}

/** Why a sync is failing now, and not only for a moment. */
function causesOf(end: EndedRun, view: RunView): FailureCode[] {
  if (end.state !== "failed" || end.failure === null) return view.failing.map(({ code }) => code);
  return isLasting(end, end.failure) ? [end.failure.code] : [];
}

function isLasting({ retryInMs, retryAttempt }: EndedRun, { code }: Failure): boolean {
  if (retryInMs === null) return true;
  // Azure's own propagation after a sync was connected: somebody sits in front of it.
  return retryClass(code) !== "grace" && retryAttempt >= LASTING_RUNS;
}

function failedData(
  { failure }: EndedRun,
  unheard: readonly FailureCode[],
  { place, failing }: RunView,
  since: Date,
): WebhookData["sync.run.failed"] {
  const base = { ...place, since: since.toISOString(), failing };
  if (failure !== null && unheard.includes(failure.code)) {
    const { code, fields } = failure;
    return { ...base, code, ...explainFailure(code, fields) };
  }
  const [first] = unheard;
  if (first === undefined) throw new Error("there is no failure to tell of");
  const secrets = failing.reduce((sum, one) => sum + one.secrets, 0);
  const list = failing.map((one) => `${one.code} (${one.secrets})`).join(", ");
  return {
    ...base,
    code: first,
    message: `${count(secrets, "secret")} of “${place.sync.name}” can't be brought to the vault: ${list}.`,
    hint: "Open the sync: each of them shows what happened and what to do about it.",
  };
}

function driftOf(
  { repaired }: EndedRun["counts"],
  { place, changed, missing }: RunView,
): WebhookData["sync.drift.found"] | undefined {
  const found = repaired + changed + missing;
  if (found === 0) return undefined;
  const message = `Somebody else changed ${count(found, "secret")} of “${place.sync.name}” in the vault.`;
  const hint =
    changed + missing === 0
      ? "What the source says was written again. Find out who changes them, or it goes on like this."
      : "Nothing was written over it. Open the sync to see which they are, and change the source or the vault.";
  return { ...place, message, hint, repaired, changed, missing };
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? "" : "s"}`;
