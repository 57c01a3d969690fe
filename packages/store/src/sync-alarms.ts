import { driftCodes, type FailureCode, type WebhookHappening, type WebhookPlace } from "@kvsync/contracts";
import type { Database } from "./database.ts";
import { Prisma } from "./generated/client.ts";

/** What is told of a run, and what is remembered of having told it. */
export type Telling = Readonly<{
  happenings: readonly WebhookHappening[];
  /** The failures that were told since the sync failed, and since when it does; none and null while it is sound. */
  told: Readonly<{ failures: readonly string[]; since: Date | null }>;
}>;

/** What there is to tell about a run that is about to end. */
export type RunView = Readonly<{
  place: WebhookPlace;
  workspaceSlug: string;
  /** Secrets that fail for longer than passes by itself, by failure; most first. Drift isn't among them. */
  failing: ReadonlyArray<Readonly<{ code: FailureCode; secrets: number }>>;
  /** Secrets that somebody changed or deleted in the vault, as this run found and reported. */
  changed: number;
  missing: number;
}>;

/** From which failure in a row on a secret's failure that passes by itself isn't taken to do so. */
const LASTING_ATTEMPTS = 3;

/** Reads what there is to tell about a run: when its records are saved, and before it ends. */
export async function readRunView(database: Database, syncId: string, runId: string): Promise<RunView> {
  const [row] = await database.$statement<{
    syncName: string;
    projectId: string;
    projectName: string;
    projectSlug: string;
    environmentId: string | null;
    environmentName: string | null;
    workspaceSlug: string;
    failing: RunView["failing"];
    changed: number;
    missing: number;
  }>(Prisma.sql`
    SELECT s."name" AS "syncName", p."id" AS "projectId", p."name" AS "projectName", p."slug" AS "projectSlug",
      e."id" AS "environmentId", e."name" AS "environmentName", w."slug" AS "workspaceSlug",
      ARRAY(SELECT json_build_object('code', r."failureCode", 'secrets', count(*)) FROM "SyncRecord" r
        WHERE r."syncId" = s."id" AND r."state" IN ('failed', 'blocked', 'removing') AND r."failureCode" IS NOT NULL
          AND r."failureCode" <> ALL(${[...driftCodes, "REMOVAL_AWAITS_APPROVAL"]}::text[])
          AND (r."nextAttemptAt" IS NULL OR r."attempts" >= ${LASTING_ATTEMPTS})
        GROUP BY r."failureCode" ORDER BY count(*) DESC, r."failureCode") AS "failing",
      d."changed", d."missing"
    FROM "Sync" s JOIN "Project" p ON p."id" = s."projectId" JOIN "Workspace" w ON w."id" = s."workspaceId"
    LEFT JOIN "Environment" e ON e."id" = s."environmentId"
    CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE r."failureCode" = 'VAULT_SECRET_CHANGED')::int AS "changed",
        count(*) FILTER (WHERE r."failureCode" = 'VAULT_SECRET_MISSING')::int AS "missing"
      -- A record that says so already isn't saved again.
      FROM "SyncRecord" r JOIN "Run" n ON n."id" = ${runId}::uuid AND r."updatedAt" >= n."startedAt"
      WHERE r."syncId" = s."id" AND r."failureCode" = ANY(${[...driftCodes]}::text[])
    ) d
    WHERE s."id" = ${syncId}::uuid`);
  if (row === undefined) throw new Error("a sync that runs is gone");
  const { failing, changed, missing, workspaceSlug } = row;
  const environment =
    row.environmentId === null || row.environmentName === null
      ? null
      : { id: row.environmentId, name: row.environmentName };
  const place = {
    sync: { id: syncId, name: row.syncName },
    project: { id: row.projectId, name: row.projectName, slug: row.projectSlug },
    environment,
    run: { id: runId },
  };
  return { place, workspaceSlug, failing, changed, missing };
}
