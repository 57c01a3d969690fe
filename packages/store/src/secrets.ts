import type { Queryable } from "./database.ts";
import type { Secret, SecretValue } from "./generated/client.ts";

export type SecretRow = Secret & { readonly values: readonly SecretValue[] };

/** What is stored of one value. */
export type StoredValue = Readonly<{
  secretId: string;
  environmentId: string;
  ciphertext: Uint8Array<ArrayBuffer>;
  fingerprint: Uint8Array<ArrayBuffer>;
  /** In UTF-16 code units. */
  length: number;
}>;

/** A project's secrets that have a value in one of these environments, by name, with those values. */
export async function listSecrets(
  database: Queryable,
  projectId: string,
  environmentIds: readonly string[],
): Promise<SecretRow[]> {
  const values = { environmentId: { in: [...environmentIds] } };
  return database.secret.findMany({
    where: { projectId, values: { some: values } },
    include: { values: { where: values } },
    orderBy: { name: "asc" },
  });
}

/** A secret of this project with the values of these environments, or null. */
export async function findSecret(
  database: Queryable,
  projectId: string,
  by: Readonly<{ id: string } | { name: string }>,
  environmentIds: readonly string[],
): Promise<SecretRow | null> {
  return database.secret.findFirst({
    where: { ...by, projectId },
    include: { values: { where: { environmentId: { in: [...environmentIds] } } } },
  });
}

/** Locks a secret until the transaction ends, with all its values. */
export async function lockSecret(
  transaction: Queryable,
  projectId: string,
  id: string,
): Promise<SecretRow | null> {
  await transaction.$queryRaw`SELECT 1 FROM "Secret" WHERE "id" = ${id}::uuid FOR UPDATE`;
  return transaction.secret.findFirst({ where: { id, projectId }, include: { values: true } });
}

/**
 * Which of these names a project has already, and whether they have a value in one of these environments. Locks them
 * until the transaction ends, so that none vanishes before it gets its value.
 */
export async function findNames(
  transaction: Queryable,
  projectId: string,
  names: readonly string[],
  environmentIds: readonly string[],
): Promise<Array<{ id: string; name: string; taken: boolean }>> {
  await transaction.$queryRaw`
    SELECT 1 FROM "Secret" WHERE "projectId" = ${projectId}::uuid AND "name" = ANY(${[...names]}::text[])
    ORDER BY "id" FOR UPDATE`;
  const rows = await transaction.secret.findMany({
    where: { projectId, name: { in: [...names] } },
    include: {
      values: { where: { environmentId: { in: [...environmentIds] } }, select: { secretId: true } },
    },
  });
  return rows.map(({ id, name, values }) => ({ id, name, taken: values.length > 0 }));
}

export type NewSecret = Readonly<{ id: string; name: string; note: string; type: string; dataType: string }>;

export async function createSecrets(
  transaction: Queryable,
  projectId: string,
  secrets: readonly NewSecret[],
): Promise<void> {
  await transaction.secret.createMany({ data: secrets.map((secret) => ({ ...secret, projectId })) });
}

export async function createValues(transaction: Queryable, values: readonly StoredValue[]): Promise<void> {
  await transaction.secretValue.createMany({ data: [...values] });
}

export async function putValue(transaction: Queryable, value: StoredValue): Promise<void> {
  const { secretId, environmentId, ...data } = value;
  await transaction.secretValue.upsert({
    where: { secretId_environmentId: { secretId, environmentId } },
    create: value,
    update: data,
  });
}

export async function removeValues(
  transaction: Queryable,
  secretId: string,
  environmentIds: readonly string[],
): Promise<void> {
  if (environmentIds.length === 0) return;
  await transaction.secretValue.deleteMany({
    where: { secretId, environmentId: { in: [...environmentIds] } },
  });
}

export async function updateSecret(
  transaction: Queryable,
  id: string,
  change: Readonly<{ name: string; note?: string; type: string; dataType: string }>,
): Promise<void> {
  await transaction.secret.update({ where: { id }, data: change });
}

export async function removeSecret(transaction: Queryable, id: string): Promise<void> {
  await transaction.secret.delete({ where: { id } });
}

/** An environment's wrapped data key; `make` gives one where there is none yet. Two makers agree on the first. */
export async function ensureWrappedDataKey(
  database: Queryable,
  environmentId: string,
  make: () => Promise<Readonly<{ wrappedKey: Uint8Array<ArrayBuffer>; keyEncryptionKeyId: string }>>,
): Promise<Uint8Array> {
  const existing = await database.dataKey.findUnique({ where: { environmentId } });
  if (existing !== null) return existing.wrappedKey;
  await database.dataKey.createMany({ data: [{ environmentId, ...(await make()) }], skipDuplicates: true });
  const stored = await database.dataKey.findUniqueOrThrow({ where: { environmentId } });
  return stored.wrappedKey;
}
