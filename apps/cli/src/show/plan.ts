import { actionKinds, type PlanBody, type PlanCounts } from "@kvsync/contracts/api";
import type { Look } from "../output/output.ts";
import type { Style } from "../output/paint.ts";
import { table } from "../output/table.ts";
import { failureLines } from "./failures.ts";

type Action = PlanBody["actions"][number];
type Kind = Action["kind"];

const STYLES: Readonly<Partial<Record<Kind, Style>>> = {
  create: "green",
  update: "yellow",
  adopt: "yellow",
  recover: "green",
  rewrite: "yellow",
  delete: "red",
  hold: "yellow",
  blocked: "red",
  keep: "dim",
  forget: "dim",
  wait: "dim",
};
/** What changes the vault, now or once it is approved. */
const CHANGES: readonly Kind[] = ["create", "update", "adopt", "recover", "rewrite", "delete", "hold"];

export const changesOf = (counts: Partial<PlanCounts>): number =>
  CHANGES.reduce((sum, kind) => sum + (counts[kind] ?? 0), 0);

/** A plan as a table, what is blocked with what to do, and the counts. What stays is left out unless all is asked for. */
export function planLines(plan: Pick<PlanBody, "counts" | "actions">, all: boolean, look: Look): string[] {
  const shown = plan.actions.filter(({ kind }) => all || (kind !== "keep" && kind !== "blocked"));
  const blocked = plan.actions.filter(({ kind }) => kind === "blocked");
  const rows = shown.map(({ kind, secretName, vaultName, reason }) => [
    { text: kind, style: STYLES[kind] ?? "dim" },
    secretName,
    vaultName ?? "–",
    reason ?? "",
  ]);
  const columns = [
    { title: "ACTION" },
    { title: "SECRET", flexible: true },
    { title: "IN THE VAULT", flexible: true },
    { title: "WHY", flexible: true },
  ];
  return [
    ...(rows.length > 0 ? [...table(columns, rows, look), ""] : []),
    ...blocked.flatMap(({ secretName, failure }) =>
      failure === null ? [] : failureLines(secretName, failure, look),
    ),
    ...(blocked.length > 0 ? [""] : []),
    planSummary(plan.counts ?? {}, look),
  ];
}

function planSummary(counts: Partial<PlanCounts>, { paint }: Look): string {
  const parts = actionKinds.flatMap((kind) => {
    const count = counts[kind] ?? 0;
    return count > 0 ? [`${count} ${paint(STYLES[kind] ?? "dim", kind)}`] : [];
  });
  return parts.length === 0
    ? "Plan: nothing at all; the environment has no secrets."
    : `Plan: ${parts.join(", ")}.`;
}
