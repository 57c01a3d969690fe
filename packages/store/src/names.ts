import type { Queryable } from "./database.ts";
import type { NamePage } from "./secrets.ts";

/** A vault name that somebody chose for a secret in one sync. */
export type ChosenName = Readonly<{
  secretId: string;
  secretName: string;
  vaultName: string;
  createdAt: Date;
}>;

/** The names that were chosen in a sync, by secret. */
export async function listChosenNames(
  database: Queryable,
  syncId: string,
  page?: NamePage,
): Promise<ChosenName[]> {
  return database.$queryRaw<ChosenName[]>`
    SELECT n."secretId", s."name" AS "secretName", n."vaultName", n."createdAt"
    FROM "SyncName" n JOIN "Secret" s ON s."id" = n."secretId"
    WHERE n."syncId" = ${syncId}::uuid AND (${page?.after ?? null}::text IS NULL OR s."name" COLLATE "C" > ${page?.after ?? null}::text)
    ORDER BY s."name" COLLATE "C" LIMIT ${page?.limit ?? null}::int`;
}

/** Another secret of the sync for which the same name was chosen, without regard to case, or null. */
export async function findChosenName(
  database: Queryable,
  syncId: string,
  vaultName: string,
  exceptSecretId: string,
): Promise<ChosenName | null> {
  const rows = await database.$queryRaw<ChosenName[]>`
    SELECT n."secretId", s."name" AS "secretName", n."vaultName", n."createdAt"
    FROM "SyncName" n JOIN "Secret" s ON s."id" = n."secretId"
    WHERE n."syncId" = ${syncId}::uuid AND lower(n."vaultName") = ${vaultName.toLowerCase()}
      AND n."secretId" <> ${exceptSecretId}::uuid LIMIT 1`;
  return rows[0] ?? null;
}

/** Chooses a secret's vault name in a sync. The next run moves the secret there. */
export async function chooseName(
  transaction: Queryable,
  name: Readonly<{ syncId: string; secretId: string; vaultName: string }>,
): Promise<void> {
  const { syncId, secretId, vaultName } = name;
  await transaction.syncName.upsert({
    where: { syncId_secretId: { syncId, secretId } },
    create: name,
    update: { vaultName },
  });
}

/** Gives a secret's name back to prefix and policy. @returns the name that it had, or null when none was chosen */
export async function releaseName(
  transaction: Queryable,
  syncId: string,
  secretId: string,
): Promise<string | null> {
  const where = { syncId_secretId: { syncId, secretId } };
  const chosen = await transaction.syncName.findUnique({ where, select: { vaultName: true } });
  if (chosen === null) return null;
  await transaction.syncName.delete({ where });
  return chosen.vaultName;
}
