import type { Queryable } from "./database.ts";
import type { PersonalValue } from "./generated/client.ts";
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
  database: Queryable,
  secretId: string,
  own: SecretView["own"],
): Promise<PersonalValue[]> {
  if (own === null) return [];
  const { memberId, environmentIds } = own;
  return database.personalValue.findMany({
    where: { secretId, memberId, environmentId: { in: [...environmentIds] } },
  });
}

export async function putPersonalValue(transaction: Queryable, value: StoredPersonalValue): Promise<void> {
  const { secretId, environmentId, memberId, ...data } = value;
  await transaction.personalValue.upsert({
    where: { secretId_environmentId_memberId: { secretId, environmentId, memberId } },
    create: value,
    update: data,
  });
}

export async function removePersonalValues(
  transaction: Queryable,
  { secretId, memberId }: Readonly<{ secretId: string; memberId: string }>,
  environmentIds: readonly string[],
): Promise<void> {
  if (environmentIds.length === 0) return;
  await transaction.personalValue.deleteMany({
    where: { secretId, memberId, environmentId: { in: [...environmentIds] } },
  });
}
