import { Prisma } from "./generated/client.ts";
import type { StatementSender } from "./pipelined-transaction.ts";

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
  database: StatementSender,
  projectId: string,
  names: readonly string[],
  environmentId: string,
): Promise<KnownSecret[]> {
  return database.$statement<KnownSecret>(Prisma.sql`
    SELECT s."id", s."name", s."version", v."fingerprint" FROM "Secret" s
    LEFT JOIN "SecretValue" v ON v."secretId" = s."id" AND v."environmentId" = ${environmentId}::uuid
    WHERE s."projectId" = ${projectId}::uuid AND s."name" = ANY(${[...names]}::text[])`);
}
