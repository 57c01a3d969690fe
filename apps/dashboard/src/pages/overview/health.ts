import type { Sync } from "../../api/syncs.ts";

/** How a sync does, for who is called when it doesn't: the first of these that holds. */
export type Health = "failing" | "attention" | "working" | "setup" | "healthy" | "paused";

const ORDER: readonly Health[] = ["failing", "attention", "working", "setup", "healthy", "paused"];

export function healthOf(sync: Sync): Health {
  if (sync.state === "failing" || sync.lastRun?.state === "failed") return "failing";
  if (sync.state === "awaiting_azure" || sync.state === "awaiting_environment") return "setup";
  if (sync.state === "paused" || sync.state === "disconnected") return "paused";
  if (sync.awaitsApproval || hasFailedSecrets(sync)) return "attention";
  if (sync.state === "validating" || sync.state === "disconnecting" || sync.lastRun?.state === "running")
    return "working";
  return "healthy";
}

/** The syncs with those first that need somebody, and of these the longest failing. */
export function worstFirst(syncs: readonly Sync[]): readonly Sync[] {
  return syncs.toSorted(
    (a, b) =>
      rank(a) - rank(b) ||
      (a.failingSince ?? "9").localeCompare(b.failingSince ?? "9") ||
      a.name.localeCompare(b.name),
  );
}

export const rank = (sync: Sync): number => ORDER.indexOf(healthOf(sync));

/** What is shown as the sync's state: an active sync with something to look at says so. */
export function shownStateOf(
  sync: Pick<Sync, "state" | "awaitsApproval"> &
    Readonly<{ lastRun?: Readonly<{ state: string }> | null | undefined }>,
): string {
  if (sync.state !== "active") return sync.state;
  if (sync.awaitsApproval) return "awaiting_approval";
  const run = sync.lastRun?.state;
  if (run === "completed_with_failures") return "secrets_failing";
  return run === "running" || run === "failed" ? run : "active";
}

const hasFailedSecrets = ({ lastRun }: Sync): boolean => lastRun?.state === "completed_with_failures";
