import type { Queryable } from "./database.ts";

/** The names of a project's secrets, the first `limit` of them. */
export async function listSecretNames(
  database: Queryable,
  projectId: string,
  limit: number,
): Promise<string[]> {
  const rows = await database.secret.findMany({
    where: { projectId },
    select: { name: true },
    orderBy: { name: "asc" },
    take: limit,
  });
  return rows.map(({ name }) => name);
}

export const countSecrets = (database: Queryable, projectId: string): Promise<number> =>
  database.secret.count({ where: { projectId } });

/** How many secrets have a value in each of a project's environments; those without any are missing. */
export async function countValues(
  database: Queryable,
  projectId: string,
): Promise<ReadonlyMap<string, number>> {
  const counts = await database.secretValue.groupBy({
    by: ["environmentId"],
    where: { environment: { projectId } },
    _count: true,
  });
  return new Map(counts.map(({ environmentId, _count }) => [environmentId, _count]));
}
