import type { Queryable } from "./database.ts";

/** What is known of a secret that an import names. */
export type KnownSecret = Readonly<{
  id: string;
  name: string;
  version: number;
  /** Of its value in the environment, or null where it has none there. */
  fingerprint: Uint8Array | null;
}>;

/** What a project has of these names, seen from one environment. Reads no ciphertext. */
export async function findForImport(
  database: Queryable,
  projectId: string,
  names: readonly string[],
  environmentId: string,
): Promise<KnownSecret[]> {
  const rows = await database.secret.findMany({
    where: { projectId, name: { in: [...names] } },
    select: {
      id: true,
      name: true,
      version: true,
      values: { where: { environmentId }, select: { fingerprint: true } },
    },
  });
  return rows.map(({ values, ...rest }) => ({ ...rest, fingerprint: values[0]?.fingerprint ?? null }));
}
