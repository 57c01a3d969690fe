import type { Queryable } from "./database.ts";
import { type PersonalValue, type Prisma, type Secret, type SecretValue } from "./generated/client.ts";

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
