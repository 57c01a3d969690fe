import {
  growthOf,
  type GrownSecret,
  type PlanRow,
  type RecordRow,
  type RecordState,
  type RunRow,
  type SyncRow,
  type ValidationRow,
  type ValidationStep,
} from "@kvsync/store";
import { escapeHtml, page } from "./page.ts";
import { failureSentences, header, runSummary, stateBadge, time } from "./parts.ts";

export type SyncPageContent = Readonly<{
  workspace: string;
  sync: SyncRow;
  records: readonly RecordRow[];
  counts: Readonly<Record<RecordState, number>>;
  runs: readonly RunRow[];
  validation: ValidationRow | undefined;
  /** Secrets whose versions grow fast or are many. */
  grown: readonly GrownSecret[];
  /** How many secrets are still to be removed from the vault, for a sync that is being disconnected. */
  left: number | null;
  /** The plan that waits for approval. */
  awaiting: PlanRow | null;
}>;

const REFRESH_SECONDS = 2;

/** One sync: its state, its secrets with what failed first, its runs and its last validation. */
export function syncPage(content: SyncPageContent): string {
  const { workspace, sync, records, counts, runs, validation, grown, left, awaiting } = content;
  const wanted = sync.wantedGeneration > sync.doneGeneration || sync.wantedCheck > sync.doneCheck;
  const canRun = ["active", "failing", "disconnecting"].includes(sync.state);
  const busy = sync.state === "validating" || runs[0]?.state === "running" || (wanted && canRun);
  const problem = failureSentences(sync.failureCode, sync.failureFields);
  const facts: ReadonlyArray<readonly [string, string]> = [
    ["Key Vault", sync.vaultUrl ?? "—"],
    ["Tenant", sync.tenantId ?? "—"],
    ["Client", sync.clientId ?? "—"],
    ["Prefix", sync.prefix === "" ? "none" : sync.prefix],
    ["Names", sync.namePolicy],
    ["Schedule", sync.schedule === null ? "none" : `${sync.schedule} (${sync.timeZone ?? "UTC"})`],
  ];
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return page(
    sync.name,
    ({
      escape,
    }) => `${header(workspace)}<main><h1>${escape(sync.name)} ${stateBadge(sync.state)}${actions(sync)}</h1>
${problem === null ? "" : `<div class="problem" role="alert"><strong>${escape(problem.message)}</strong><p>${escape(problem.hint)}</p></div>`}
${awaiting === null ? "" : approval(sync.id, awaiting)}${left === null ? "" : leaving(left)}${warnings(grown)}
<dl>${facts.map(([name, value]) => `<div><dt>${name}</dt><dd>${escape(value)}</dd></div>`).join("")}</dl>
<h2>Secrets</h2><p>${counts.synced} of ${total} are in the vault as they should be.</p>${recordTable(records)}
${total > records.length ? `<p>The first ${records.length} of ${total} are shown.</p>` : ""}
<h2>Runs</h2>${runTable(runs)}${validation === undefined ? "" : `<h2>Validation</h2>${steps(validation)}`}</main>`,
    busy ? REFRESH_SECONDS : undefined,
  );
}

/** What can be done to a sync in its state. */
function actions({ id, state, environmentId }: SyncRow): string {
  const button = (action: string, label: string, kind = ""): string =>
    `<form method="post" action="/syncs/${id}/${action}"><button type="submit"${kind}>${label}</button></form>`;
  if (environmentId === null || state === "disconnected" || state === "disconnecting") return "";
  if (state === "paused") return `<span class="actions">${button("resume", "Resume")}</span>`;
  return `<span class="actions">${button("run", "Run now")}${button("pause", "Pause", ' class="quiet"')}</span>`;
}

/** What a plan does to a secret, in words. What it leaves as it is isn't told. */
const DOING: Readonly<Record<string, string>> = {
  create: "to create",
  update: "to update",
  adopt: "to take over",
  recover: "to recover",
  rewrite: "to write again",
  delete: "to remove",
  hold: "to remove",
  wait: "to try again later",
  blocked: "that can’t be written",
};

/** The plan that waits for somebody, with what it would do. */
function approval(syncId: string, { id, asks, counts }: PlanRow): string {
  const kinds = Object.entries((counts ?? {}) as Record<string, number>)
    .filter(([kind, count]) => kind in DOING && count > 0)
    .map(([kind, count]) => `${count} ${DOING[kind]}`);
  const [what, why] =
    asks === "removals"
      ? [
          "Removals wait for approval",
          "More secrets would be removed from the vault than this sync may remove by itself.",
        ]
      : ["The first plan waits for approval", "Nothing is written to the vault before."];
  return `<div class="problem" role="status"><strong>${what}: ${escapeHtml(kinds.join(", ") || "nothing to do")}.</strong><p>${why}</p>
<form method="post" action="/syncs/${syncId}/plans/${id}/approve"><button type="submit">Approve</button></form></div>`;
}

function leaving(left: number): string {
  return `<div class="problem" role="status"><strong>Being disconnected: ${left} ${left === 1 ? "secret is" : "secrets are"} still to be removed from the vault.</strong></div>`;
}

function warnings(grown: readonly GrownSecret[]): string {
  const sentences = grown.map((secret) => {
    const { vaultName, versions, updates, repairs } = secret;
    const fields = { vaultName: vaultName ?? "", versions, updates, repairs, count: updates + repairs };
    return failureSentences(growthOf(secret), fields);
  });
  return sentences
    .map((found) =>
      found === null
        ? ""
        : `<div class="problem" role="status"><strong>${escapeHtml(found.message)}</strong><p>${escapeHtml(found.hint)}</p></div>`,
    )
    .join("");
}

function recordTable(records: readonly RecordRow[]): string {
  if (records.length === 0) return `<p class="empty">No secret was looked at yet.</p>`;
  const sorted = records.toSorted((a, b) => Number(a.state === "synced") - Number(b.state === "synced"));
  const rows = sorted.map((record) => {
    const problem = failureSentences(record.failureCode, record.failureFields);
    const why =
      problem === null ? "" : `<p>${escapeHtml(problem.message)}</p><p>${escapeHtml(problem.hint)}</p>`;
    const next = record.nextAttemptAt === null ? "" : `<p>Tried again at ${time(record.nextAttemptAt)}.</p>`;
    return `<tr><td>${stateBadge(record.state)}</td><td><code>${escapeHtml(record.secretName)}</code></td>
<td><code>${escapeHtml(record.vaultName ?? "—")}</code></td><td>${why}${next}${record.writtenAt === null ? "" : `<p>Written ${time(record.writtenAt)}.</p>`}</td></tr>`;
  });
  return `<table><thead><tr><th scope="col">State</th><th scope="col">Secret</th><th scope="col">In the vault</th><th scope="col">What happened</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function runTable(runs: readonly RunRow[]): string {
  if (runs.length === 0) return `<p class="empty">There was no run yet.</p>`;
  const rows = runs.map((run) => {
    const problem = failureSentences(run.failureCode, run.failureFields);
    const took =
      run.endedAt === null
        ? ""
        : `${((run.endedAt.getTime() - run.startedAt.getTime()) / 1000).toFixed(1)} s`;
    return `<tr><td>${stateBadge(run.state)}</td><td>${time(run.startedAt)}</td><td>${escapeHtml(run.trigger)}</td>
<td>${took}</td><td>${runSummary(run)}${problem === null ? "" : `<p>${escapeHtml(problem.message)}</p>`}</td></tr>`;
  });
  return `<table><thead><tr><th scope="col">State</th><th scope="col">Began</th><th scope="col">Trigger</th><th scope="col">Took</th><th scope="col">What it did</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function steps(validation: ValidationRow): string {
  const rows = ((validation.steps ?? []) as ValidationStep[]).map(
    ({ step, state, durationMs, code, fields }) => {
      const problem = failureSentences(code ?? null, fields);
      const why =
        problem === null ? "" : `<p>${escapeHtml(problem.message)}</p><p>${escapeHtml(problem.hint)}</p>`;
      return `<li>${stateBadge(state)} ${escapeHtml(step.replaceAll("_", " "))}${durationMs === undefined ? "" : `, ${durationMs} ms`}${why}</li>`;
    },
  );
  return `<ol class="steps">${rows.join("")}</ol>`;
}
