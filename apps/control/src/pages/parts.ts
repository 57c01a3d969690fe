import { explainFailure, isFailureCode, type FailureFields } from "@kvsync/contracts";
import type { RunRow } from "@kvsync/store";
import { escapeHtml } from "./page.ts";

/** The bar at the top of every page. */
export function header(workspace: string): string {
  return `<header><a href="/">kvsync</a><span>${escapeHtml(workspace)}</span>
<nav aria-label="Main"><a href="/">Syncs</a><a href="/ops/queues">Queues</a></nav>
<form method="post" action="/sign-out"><button type="submit" class="quiet">Sign out</button></form></header>`;
}

const LABELS: Readonly<Record<string, string>> = {
  awaiting_azure: "waiting for Azure",
  awaiting_environment: "waiting for an environment",
  awaiting_approval: "waiting for approval",
  completed_with_failures: "completed with failures",
};
const GOOD = new Set(["active", "succeeded", "synced"]);
const BAD = new Set(["failing", "failed", "blocked"]);
const MIXED = new Set(["completed_with_failures", "awaiting_approval"]);

/** A state as a word in a coloured frame; the word says it, the colour only helps. */
export function stateBadge(state: string): string {
  const kind = GOOD.has(state) ? "good" : BAD.has(state) ? "bad" : MIXED.has(state) ? "mixed" : "calm";
  return `<span class="badge ${kind}">${escapeHtml(LABELS[state] ?? state)}</span>`;
}

export function time(date: Date): string {
  const iso = date.toISOString();
  return `<time datetime="${iso}">${iso.slice(0, 19).replace("T", " ")} UTC</time>`;
}

/** What happened and what to do, or null where nothing failed. */
export function failureSentences(
  code: string | null,
  fields: unknown,
): { message: string; hint: string } | null {
  return code === null || !isFailureCode(code) ? null : explainFailure(code, (fields ?? {}) as FailureFields);
}

const COUNTS = [
  "created",
  "updated",
  "adopted",
  "recovered",
  "repaired",
  "deleted",
  "unchanged",
  "blocked",
  "failed",
  "held",
] as const;

/** A run in a few words. */
export function runSummary(run: RunRow): string {
  const words = COUNTS.flatMap((what) => (run[what] === 0 ? [] : [`${run[what]} ${what}`]));
  return words.length === 0 ? "nothing to do" : words.join(", ");
}
