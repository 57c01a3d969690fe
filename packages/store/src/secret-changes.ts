import { Prisma, type PersonalValue, type Secret, type SecretValue } from "./generated/client.ts";
import { isOwn, personalColumns } from "./personal-values.ts";
import type { PipelinedTransaction } from "./pipelined-transaction.ts";
import type { SecretRow, SecretView } from "./secrets.ts";

/** What is stored of one value. */
export type StoredValue = Readonly<{
  secretId: string;
  environmentId: string;
  ciphertext: Uint8Array<ArrayBuffer>;
  fingerprint: Uint8Array<ArrayBuffer>;
  /** In UTF-16 code units. */
  length: number;
}>;

/** Locks a secret until the transaction ends, with all its shared values and the personal ones of this view. */
export async function lockSecret(
  transaction: PipelinedTransaction,
  projectId: string,
  id: string,
  view: SecretView,
): Promise<SecretRow | null> {
  const [secret = null] = await lockSecrets(transaction, projectId, [id], view);
  return secret;
}

/** Locks several, in an order in which nobody waits for somebody who waits for them. */
export async function lockSecrets(
  transaction: PipelinedTransaction,
  projectId: string,
  ids: readonly string[],
  { own }: SecretView,
): Promise<SecretRow[]> {
  const isOne = Prisma.sql`"secretId" = ANY(${[...ids]}::uuid[])`;
  // The values are read by a statement of its own, so that they are those after the wait for the lock.
  const [secrets, values, personal] = await Promise.all([
    transaction.$statement<Secret>(
      Prisma.sql`
      SELECT "id", "projectId", "name", "note", "type", "dataType", "version", "createdAt", "updatedAt" FROM "Secret"
      WHERE "projectId" = ${projectId}::uuid AND "id" = ANY(${[...ids]}::uuid[]) ORDER BY "id" FOR UPDATE`,
      "kept",
    ),
    transaction.$statement<SecretValue>(
      Prisma.sql`
      SELECT "secretId", "environmentId", "ciphertext", "fingerprint", "length", "updatedAt" FROM "SecretValue"
      WHERE ${isOne}`,
      "kept",
    ),
    own === null
      ? []
      : transaction.$statement<PersonalValue>(
          Prisma.sql`SELECT ${personalColumns} FROM "PersonalValue" WHERE ${isOne} AND ${isOwn(own)}`,
          "kept",
        ),
  ]);
  const valuesOf = Map.groupBy(values, ({ secretId }) => secretId);
  const personalOf = Map.groupBy(personal, ({ secretId }) => secretId);
  return secrets.map((secret) => ({
    ...secret,
    values: valuesOf.get(secret.id) ?? [],
    personal: personalOf.get(secret.id) ?? [],
  }));
}

/**
 * Which of these names a project has already, and whether they have a value in one of these environments. Locks them
 * until the transaction ends, so that none vanishes before it gets its value.
 */
export async function findNames(
  transaction: PipelinedTransaction,
  projectId: string,
  names: readonly string[],
  environmentIds: readonly string[],
): Promise<Array<{ id: string; name: string; version: number; taken: boolean }>> {
  const isOne = Prisma.sql`"projectId" = ${projectId}::uuid AND "name" = ANY(${[...names]}::text[])`;
  transaction.$send(Prisma.sql`SELECT 1 FROM "Secret" WHERE ${isOne} ORDER BY "id" FOR UPDATE`);
  return transaction.$statement(Prisma.sql`
    SELECT "id", "name", "version", EXISTS (SELECT 1 FROM "SecretValue" v WHERE v."secretId" = "Secret"."id"
      AND v."environmentId" = ANY(${[...environmentIds]}::uuid[])) AS "taken"
    FROM "Secret" WHERE ${isOne}`);
}

export type NewSecret = Readonly<{ id: string; name: string; note: string; type: string; dataType: string }>;

export function createSecrets(
  transaction: PipelinedTransaction,
  projectId: string,
  secrets: readonly NewSecret[],
): void {
  transaction.$send(
    Prisma.sql`
    INSERT INTO "Secret" ("id", "projectId", "name", "note", "type", "dataType", "updatedAt")
    SELECT "id", ${projectId}::uuid, "name", "note", "type", "dataType", now()
    FROM jsonb_to_recordset(${JSON.stringify(secrets)}::jsonb)
      AS s("id" uuid, "name" text, "note" text, "type" text, "dataType" text)`,
    "kept",
  );
}

/** Values as one parameter, however many they are, from which {@link valueRows} makes rows. */
const asParameter = (values: readonly StoredValue[]): string =>
  JSON.stringify(
    values.map(({ ciphertext, fingerprint, ...rest }) => ({
      ...rest,
      ciphertext: Buffer.from(ciphertext).toString("base64"),
      fingerprint: Buffer.from(fingerprint).toString("base64"),
    })),
  );

const valueRows = (values: readonly StoredValue[]): Prisma.Sql => Prisma.sql`
  INSERT INTO "SecretValue" ("secretId", "environmentId", "ciphertext", "fingerprint", "length", "updatedAt")
  SELECT "secretId", "environmentId", decode("ciphertext", 'base64'), decode("fingerprint", 'base64'), "length", now()
  FROM jsonb_to_recordset(${asParameter(values)}::jsonb)
    AS v("secretId" uuid, "environmentId" uuid, "ciphertext" text, "fingerprint" text, "length" int)`;

export function createValues(transaction: PipelinedTransaction, values: readonly StoredValue[]): void {
  transaction.$send(valueRows(values), "kept");
}

/** Puts these values, at most one of each secret, in the places of what one environment has of them. */
export function replaceValues(
  transaction: PipelinedTransaction,
  environmentId: string,
  values: readonly StoredValue[],
): void {
  const secretIds = values.map(({ secretId }) => secretId);
  transaction.$send(Prisma.sql`
    DELETE FROM "SecretValue" WHERE "environmentId" = ${environmentId}::uuid AND "secretId" = ANY(${secretIds}::uuid[])`);
  createValues(transaction, values);
}

/** What changes of one secret: columns of its row, and its values, one at most of each environment. */
export type SecretChange = Readonly<{
  row?: Readonly<{
    name?: string | undefined;
    note?: string | undefined;
    type?: string | undefined;
    dataType?: string | undefined;
  }>;
  put?: readonly StoredValue[];
  /** The environments whose values are taken away. */
  removed?: readonly string[];
}>;

/**
 * Changes a secret that is locked, and its values, and raises its version by one. The transaction fails where another
 * secret of the project has the new name; see `isUniqueViolation`.
 */
export function saveSecret(
  transaction: PipelinedTransaction,
  id: string,
  { row = {}, put = [], removed = [] }: SecretChange,
): void {
  const { name = null, note = null, type = null, dataType = null } = row;
  transaction.$send(
    Prisma.sql`
    WITH "put" AS (
      ${valueRows(put)}
      ON CONFLICT ("secretId", "environmentId") DO UPDATE SET "ciphertext" = EXCLUDED."ciphertext",
        "fingerprint" = EXCLUDED."fingerprint", "length" = EXCLUDED."length", "updatedAt" = now()
    ), "removed" AS (
      DELETE FROM "SecretValue" WHERE "secretId" = ${id}::uuid AND "environmentId" = ANY(${[...removed]}::uuid[])
    )
    UPDATE "Secret" SET "name" = COALESCE(${name}, "name"), "note" = COALESCE(${note}, "note"),
      "type" = COALESCE(${type}, "type"), "dataType" = COALESCE(${dataType}, "dataType"),
      "version" = "version" + 1, "updatedAt" = now()
    WHERE "id" = ${id}::uuid`,
    "kept",
  );
}

/** Raises the versions of secrets whose values changed. */
export function raiseVersions(transaction: PipelinedTransaction, ids: readonly string[]): void {
  if (ids.length === 0) return;
  transaction.$send(Prisma.sql`
    UPDATE "Secret" SET "version" = "version" + 1, "updatedAt" = now() WHERE "id" = ANY(${[...ids]}::uuid[])`);
}

export function removeSecrets(transaction: PipelinedTransaction, ids: readonly string[]): void {
  transaction.$send(Prisma.sql`DELETE FROM "Secret" WHERE "id" = ANY(${[...ids]}::uuid[])`);
}
