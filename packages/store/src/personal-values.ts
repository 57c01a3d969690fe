import type { Queryable } from "./database.ts";
import { Prisma, type PersonalValue } from "./generated/client.ts";
import type { PipelinedTransaction, StatementSender } from "./pipelined-transaction.ts";
import type { SecretView } from "./secrets.ts";

/** What is stored of a member's own value. */
export type StoredPersonalValue = Readonly<{
  secretId: string;
  environmentId: string;
  memberId: string;
  ciphertext: Uint8Array<ArrayBuffer>;
  fingerprint: Uint8Array<ArrayBuffer>;
}>;

/** The id of a person's membership, to which their personal values belong. */
export async function findMembership(
  database: Queryable,
  workspaceId: string,
  userId: string,
): Promise<string | null> {
  const member = await database.member.findUnique({
    where: { workspaceId_userId: { workspaceId, userId } },
    select: { id: true },
  });
  return member?.id ?? null;
}

/** A member's own values of a secret, in these environments; none for who is no member. */
export async function findPersonalValues(
  database: StatementSender,
  secretId: string,
  own: SecretView["own"],
): Promise<PersonalValue[]> {
  if (own === null) return [];
  return database.$statement<PersonalValue>(
    Prisma.sql`SELECT ${personalColumns} FROM "PersonalValue" WHERE "secretId" = ${secretId}::uuid AND ${isOwn(own)}`,
    "kept",
  );
}

/** All columns, by name. */
export const personalColumns = Prisma.sql`"secretId", "environmentId", "memberId", "ciphertext", "fingerprint", "updatedAt"`;

/** Of a personal value's row: that it is this member's, in one of these environments. */
export const isOwn = ({ memberId, environmentIds }: NonNullable<SecretView["own"]>): Prisma.Sql =>
  Prisma.sql`"memberId" = ${memberId}::uuid AND "environmentId" = ANY(${[...environmentIds]}::uuid[])`;

export function putPersonalValue(transaction: PipelinedTransaction, value: StoredPersonalValue): void {
  const { secretId, environmentId, memberId, ciphertext, fingerprint } = value;
  transaction.$send(
    Prisma.sql`
    INSERT INTO "PersonalValue" ("secretId", "environmentId", "memberId", "ciphertext", "fingerprint", "updatedAt")
    VALUES (${secretId}::uuid, ${environmentId}::uuid, ${memberId}::uuid, ${ciphertext}, ${fingerprint}, now())
    ON CONFLICT ("secretId", "environmentId", "memberId") DO UPDATE SET "ciphertext" = EXCLUDED."ciphertext",
      "fingerprint" = EXCLUDED."fingerprint", "updatedAt" = now()`,
    "kept",
  );
}

export function removePersonalValues(
  transaction: PipelinedTransaction,
  { secretId, memberId }: Readonly<{ secretId: string; memberId: string }>,
  environmentIds: readonly string[],
): void {
  if (environmentIds.length === 0) return;
  transaction.$send(
    Prisma.sql`DELETE FROM "PersonalValue" WHERE "secretId" = ${secretId}::uuid AND ${isOwn({ memberId, environmentIds })}`,
    "kept",
  );
}
