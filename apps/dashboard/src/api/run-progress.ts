import type { Run } from "./syncs.ts";

/** How far a run is. One that disconnects has no secrets of its own: what is left of the sync's tells. */
export function progressOf(
  run: Pick<Run, "counts" | "total">,
  disconnecting: Readonly<{ left: number }> | null,
): Readonly<{ done: number; total: number }> {
  if (disconnecting === null) return { done: doneOf(run), total: run.total };
  const { deleted } = run.counts;
  return { done: deleted, total: deleted + disconnecting.left };
}

/** How many secrets a run is done with. */
function doneOf({ counts, total }: Pick<Run, "counts" | "total">): number {
  const { created, updated, adopted, recovered, repaired, unchanged, blocked, failed } = counts;
  return Math.min(total, created + updated + adopted + recovered + repaired + unchanged + blocked + failed);
}
