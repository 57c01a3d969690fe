import type { Queryable } from "./database.ts";
import { Prisma, type PersonalValue, type Secret, type SecretValue } from "./generated/client.ts";

/** A secret with some of its shared values, and with those personal values that belong to whoever looks at it. */
export type SecretRow = Secret & {
  readonly values: readonly SecretValue[];
  readonly personal: readonly PersonalValue[];
};

/** The same without any ciphertext. */
export type SecretOutlineRow = Secret & {
  readonly values: ReadonlyArray<Pick<SecretValue, "environmentId" | "updatedAt">>;
  readonly personal: ReadonlyArray<Pick<PersonalValue, "environmentId" | "updatedAt">>;
};

/** What somebody sees of a project's secrets. */
export type SecretView = Readonly<{
  /** The environments whose shared values they see. */
  environmentIds: readonly string[];
  /** Whose personal values they see, and where; null for who isn't a member and has none. */
  own: Readonly<{ memberId: string; environmentIds: readonly string[] }> | null;
}>;

/** A page of a list by name. */
export type NamePage = Readonly<{ limit: number; after?: string | undefined }>;

/** What is stored of one value. */
export type StoredValue = Readonly<{
  secretId: string;
  environmentId: string;
  ciphertext: Uint8Array<ArrayBuffer>;
  fingerprint: Uint8Array<ArrayBuffer>;
  /** In UTF-16 code units. */
  length: number;
}>;

const sharedIn = ({ environmentIds }: SecretView): Prisma.SecretValueWhereInput => ({
  environmentId: { in: [...environmentIds] },
});
const ownIn = ({ own }: SecretView): Prisma.PersonalValueWhereInput =>
  own === null
    ? { environmentId: { in: [] } }
    : { memberId: own.memberId, environmentId: { in: [...own.environmentIds] } };
const visible = (projectId: string, view: SecretView, page?: NamePage): Prisma.SecretWhereInput => ({
  projectId,
  OR: [{ values: { some: sharedIn(view) } }, { personal: { some: ownIn(view) } }],
  ...(page?.after === undefined ? {} : { name: { gt: page.after } }),
});
const order = (page?: NamePage): { orderBy: { name: "asc" }; take?: number } => ({
  orderBy: { name: "asc" },
  ...(page === undefined ? {} : { take: page.limit }),
});

/** A project's secrets that have a value in this view, by name, with those values. */
export async function listSecrets(
  database: Queryable,
  projectId: string,
  view: SecretView,
  page?: NamePage,
): Promise<SecretRow[]> {
  return database.secret.findMany({
    where: visible(projectId, view, page),
    include: { values: { where: sharedIn(view) }, personal: { where: ownIn(view) } },
    ...order(page),
  });
}

/** The same without any ciphertext. */
export async function listSecretOutlines(
  database: Queryable,
  projectId: string,
  view: SecretView,
  page?: NamePage,
): Promise<SecretOutlineRow[]> {
  const select = { environmentId: true, updatedAt: true };
  return database.secret.findMany({
    where: visible(projectId, view, page),
    include: { values: { where: sharedIn(view), select }, personal: { where: ownIn(view), select } },
    ...order(page),
  });
}

/** A secret of this project with the values of this view, or null. */
export async function findSecret(
  database: Queryable,
  projectId: string,
  by: Readonly<{ id: string } | { name: string }>,
  view: SecretView,
): Promise<SecretRow | null> {
  return database.secret.findFirst({
    where: { ...by, projectId },
    include: { values: { where: sharedIn(view) }, personal: { where: ownIn(view) } },
  });
}

/** A view of no value at all. */
export const noValues: SecretView = { environmentIds: [], own: null };

/** Locks a secret until the transaction ends, with all its shared values and the personal ones of this view. */
export async function lockSecret(
  transaction: Queryable,
  projectId: string,
  id: string,
  view: SecretView,
): Promise<SecretRow | null> {
  const read = (): Promise<SecretWithValue[]> => transaction.$queryRaw<SecretWithValue[]>`/* kept */
    SELECT s."id", s."projectId", s."name", s."note", s."type", s."dataType", s."version", s."createdAt", s."updatedAt",
      v."environmentId", v."ciphertext", v."fingerprint", v."length", v."updatedAt" AS "valueUpdatedAt",
      (SELECT "version" FROM "Secret" WHERE "id" = s."id") AS "versionBefore"
    FROM "Secret" s LEFT JOIN "SecretValue" v ON v."secretId" = s."id"
    WHERE s."id" = ${id}::uuid AND s."projectId" = ${projectId}::uuid FOR UPDATE OF s`;
  let rows = await read();
  // Where it had to wait for the lock, the row is as it was left, but the values are those from before: again.
  if (rows.some(({ version, versionBefore }) => version !== versionBefore)) rows = await read();
  const [first] = rows;
  if (first === undefined) return null;
  const own = { where: { secretId: id, ...ownIn(view) } };
  const personal = view.own === null ? [] : await transaction.personalValue.findMany(own);
  return { ...secretOf(first), values: rows.flatMap(valueOf), personal };
}

/** A secret beside one of its values; without one the value's columns are null. */
type SecretWithValue = Secret &
  Readonly<{
    environmentId: string | null;
    ciphertext: SecretValue["ciphertext"];
    fingerprint: SecretValue["fingerprint"];
    length: number;
    valueUpdatedAt: Date;
    /** The version as it was when the statement began. */
    versionBefore: number;
  }>;

function secretOf(row: SecretWithValue): Secret {
  const { id, projectId, name, note, type, dataType, version, createdAt, updatedAt } = row;
  return { id, projectId, name, note, type, dataType, version, createdAt, updatedAt };
}

function valueOf(row: SecretWithValue): SecretValue[] {
  const { id: secretId, environmentId, ciphertext, fingerprint, length, valueUpdatedAt: updatedAt } = row;
  return environmentId === null
    ? []
    : [{ secretId, environmentId, ciphertext, fingerprint, length, updatedAt }];
}

/** Locks several, in an order in which nobody waits for somebody who waits for them. */
export async function lockSecrets(
  transaction: Queryable,
  projectId: string,
  ids: readonly string[],
  view: SecretView,
): Promise<SecretRow[]> {
  await transaction.$queryRaw`
    SELECT 1 FROM "Secret" WHERE "projectId" = ${projectId}::uuid AND "id" = ANY(${[...ids]}::uuid[])
    ORDER BY "id" FOR UPDATE`;
  return transaction.secret.findMany({
    where: { projectId, id: { in: [...ids] } },
    include: { values: true, personal: { where: ownIn(view) } },
  });
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
): Promise<Array<{ id: string; name: string; version: number; taken: boolean }>> {
  await transaction.$queryRaw`
    SELECT 1 FROM "Secret" WHERE "projectId" = ${projectId}::uuid AND "name" = ANY(${[...names]}::text[])
    ORDER BY "id" FOR UPDATE`;
  const rows = await transaction.secret.findMany({
    where: { projectId, name: { in: [...names] } },
    include: {
      values: { where: { environmentId: { in: [...environmentIds] } }, select: { secretId: true } },
    },
  });
  return rows.map(({ id, name, version, values }) => ({ id, name, version, taken: values.length > 0 }));
}

export type NewSecret = Readonly<{ id: string; name: string; note: string; type: string; dataType: string }>;

export async function createSecrets(
  transaction: Queryable,
  projectId: string,
  secrets: readonly NewSecret[],
): Promise<void> {
  await transaction.$executeRaw`/* kept */
    INSERT INTO "Secret" ("id", "projectId", "name", "note", "type", "dataType", "updatedAt")
    SELECT "id", ${projectId}::uuid, "name", "note", "type", "dataType", now()
    FROM jsonb_to_recordset(${JSON.stringify(secrets)}::jsonb)
      AS s("id" uuid, "name" text, "note" text, "type" text, "dataType" text)`;
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

export async function createValues(transaction: Queryable, values: readonly StoredValue[]): Promise<void> {
  await transaction.$executeRaw`/* kept */ ${valueRows(values)}`;
}

/** Puts these values, at most one of each secret, in the places of what one environment has of them. */
export async function replaceValues(
  transaction: Queryable,
  environmentId: string,
  values: readonly StoredValue[],
): Promise<void> {
  const secretIds = values.map(({ secretId }) => secretId);
  await transaction.secretValue.deleteMany({ where: { environmentId, secretId: { in: secretIds } } });
  await createValues(transaction, values);
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
 * Changes a secret and its values, and raises its version, in one statement.
 *
 * @returns the new version
 * @throws where another secret of the project has the new name; see `isUniqueViolation`
 */
export async function saveSecret(
  transaction: Queryable,
  id: string,
  { row = {}, put = [], removed = [] }: SecretChange,
): Promise<number> {
  const { name = null, note = null, type = null, dataType = null } = row;
  const rows = await transaction.$queryRaw<Array<{ version: number }>>`/* kept */
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
    WHERE "id" = ${id}::uuid RETURNING "version"`;
  const [saved] = rows;
  if (saved === undefined) throw new Error("a secret that is saved is there");
  return saved.version;
}

/** Raises the versions of secrets whose values changed. */
export async function raiseVersions(transaction: Queryable, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await transaction.secret.updateMany({
    where: { id: { in: [...ids] } },
    data: { version: { increment: 1 } },
  });
}

export async function removeSecrets(transaction: Queryable, ids: readonly string[]): Promise<void> {
  await transaction.secret.deleteMany({ where: { id: { in: [...ids] } } });
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
