import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { syncQuery, type SyncAddress, type SyncDetail } from "../../api/sync.ts";

const route = getRouteApi("/signed-in/shell/w/$workspace/syncs/$syncId");

export function useSyncAddress(): SyncAddress {
  const { workspace, syncId } = route.useParams();
  return { workspace, syncId };
}

/** The sync of the page, which the frame around has loaded. */
export function useSync(): SyncDetail {
  return useSuspenseQuery(syncQuery(useSyncAddress())).data;
}
