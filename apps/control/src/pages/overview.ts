import type { RunRow, SyncRow } from "@kvsync/store";
import { page } from "./page.ts";
import { failureSentences, header, runSummary, stateBadge, time } from "./parts.ts";

/** All syncs of a workspace, failing ones first. */
export function overviewPage(
  workspace: string,
  syncs: readonly SyncRow[],
  runs: ReadonlyMap<string, RunRow>,
): string {
  const rank = (sync: SyncRow): number => (sync.state === "failing" ? 0 : 1);
  const sorted = syncs.toSorted((a, b) => rank(a) - rank(b));
  return page("Syncs", ({ escape }) => {
    const rows = sorted.map((sync) => {
      const run = runs.get(sync.id);
      const problem = failureSentences(sync.failureCode, sync.failureFields);
      return `<tr><td>${stateBadge(sync.state)}</td>
<td><a href="/syncs/${sync.id}">${escape(sync.name)}</a>${problem === null ? "" : `<p>${escape(problem.message)}</p>`}</td>
<td>${escape(sync.vaultUrl ?? "—")}</td><td>${run === undefined ? "—" : `${time(run.startedAt)}<p>${runSummary(run)}</p>`}</td></tr>`;
    });
    const table =
      rows.length === 0
        ? `<p class="empty">There is no sync yet. Create one with <code>POST /v1/sync/azure-key-vault/start</code>.</p>`
        : `<table><thead><tr><th scope="col">State</th><th scope="col">Sync</th><th scope="col">Key Vault</th><th scope="col">Last run</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
    return `${header(workspace)}<main><h1>Syncs</h1>${table}</main>`;
  });
}
