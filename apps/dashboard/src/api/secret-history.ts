import type { auditOperations, ResponseOf } from "@kvsync/contracts/api";
import { queryOptions } from "@tanstack/react-query";
import { call } from "./call.ts";
import type { ProjectPlace } from "./secrets.ts";

export type SecretEvent = ResponseOf<(typeof auditOperations)["listAuditEvents"]>["events"][number];

/** So many changes are shown; the audit log has all. */
const LATEST = 20;

/** Who changed a secret and who made it, newest first; for admins. It never holds a value. */
export const secretHistoryQuery = ({ workspace, project }: ProjectPlace, secretId: string) =>
  queryOptions({
    queryKey: ["workspace", workspace, "project", project, "secret-history", secretId],
    queryFn: async ({ signal }): Promise<readonly SecretEvent[]> => {
      // Reads are entries, too, and would crowd out the changes.
      const pages = await Promise.all(
        (["secret.updated", "secret.created"] as const).map(async (action) =>
          call("GET", "/v1/workspace/{workspace}/audit", {
            params: { workspace },
            query: { entity: "secret", entityId: secretId, action, limit: LATEST },
            signal,
          }),
        ),
      );
      return pages.flatMap(({ events }) => events);
    },
    staleTime: 0,
  });
