import { useQuery } from "@tanstack/react-query";
import { setupSyncQuery, type SyncDetail } from "../../api/setup.ts";

/** While something goes on, and while nothing does: in case somebody else does something. */
const PACE_MS = { moving: 1_000, still: 15_000 };

/** Whether something goes on that its watcher waits for. */
export const isMoving = (sync: SyncDetail): boolean =>
  sync.state === "validating" ||
  sync.state === "disconnecting" ||
  (sync.environmentId !== null && sync.state === "active" && !sync.upToDate) ||
  sync.lastRun?.state === "running";

/** The sync that is being set up, as it stands at any moment. */
export function useSetupSync(
  workspace: string,
  syncId: string,
): Readonly<{ sync: SyncDetail | undefined; error: Error | null; refetch: () => Promise<unknown> }> {
  const query = useQuery(
    setupSyncQuery(workspace, syncId, (sync) =>
      sync !== undefined && isMoving(sync) ? PACE_MS.moving : PACE_MS.still,
    ),
  );
  return { sync: query.data, error: query.data === undefined ? query.error : null, refetch: query.refetch };
}
