import { randomUUID } from "node:crypto";
import { ApiError } from "@kvsync/contracts";
import type { createSecretsSchema, deleteSecretsSchema } from "@kvsync/contracts/api";
import {
  createSecrets,
  createValues,
  findNames,
  lockSecrets,
  raiseVersions,
  removeSecrets,
  type SecretRow,
} from "@kvsync/store";
import type { z } from "zod";
import { forbidden } from "../access/principal.ts";
import { deleted, given } from "./audit.ts";
import { etagOf, requireMatch } from "./etag.ts";
import type { SecretReach } from "./reach.ts";
import type { SealedValues } from "./sealed-values.ts";
import {
  changeSource,
  secretExists,
  secretNotFound,
  type SourceChangeDependencies,
} from "./source-change.ts";

export type SecretServiceDependencies = SourceChangeDependencies & Readonly<{ values: SealedValues }>;

/**
 * Creates secrets, or gives existing ones a first value in further environments; all of them or none.
 *
 * @returns the names in the order given
 * @throws {ApiError} 409 `SECRET_EXISTS`, 400 `VALIDATION` for a name given twice
 */
export async function addSecrets(
  dependencies: SecretServiceDependencies,
  reach: SecretReach,
  input: z.infer<typeof createSecretsSchema>,
): Promise<string[]> {
  const names = input.secrets.map(({ key }) => key);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new ApiError(400, "VALIDATION", `secrets: “${twice}” is given twice`);
  const environmentIds = [...new Set(input.environments)];
  await dependencies.values.prepare(environmentIds);
  return changeSource(dependencies, async (transaction) => {
    const known = await findNames(transaction, reach.projectId, names, environmentIds);
    const taken = known.filter((secret) => secret.taken);
    if (taken.length > 0) throw secretExists(taken.map(({ name }) => name));
    const idOf = new Map(known.map(({ id, name }) => [name, id]));
    const fresh = input.secrets
      .filter(({ key }) => !idOf.has(key))
      .map(({ key, note = "", type, dataType }) => ({ id: randomUUID(), name: key, note, type, dataType }));
    for (const { id, name } of fresh) idOf.set(name, id);
    createSecrets(transaction, reach.projectId, fresh);
    const values = await Promise.all(
      environmentIds.flatMap((environmentId) =>
        input.secrets.map(({ key, value }) =>
          dependencies.values.seal(idOf.get(key) ?? "", environmentId, value),
        ),
      ),
    );
    createValues(transaction, values);
    raiseVersions(
      transaction,
      known.map(({ id }) => id),
    );
    const made = new Set(fresh.map(({ name }) => name));
    const named = input.secrets.map(({ key: name, type, dataType }) => ({
      id: idOf.get(name) ?? "",
      name,
      type,
      dataType,
    }));
    return { environmentIds, notes: given(reach, named, made, environmentIds), result: names };
  });
}

/**
 * Removes secrets from every environment; all of them or none.
 *
 * @throws {ApiError} 404 `SECRET_NOT_FOUND`, 403 `FORBIDDEN` where one has a value out of reach, 412 `SECRET_CHANGED`
 */
export async function deleteSecrets(
  dependencies: SecretServiceDependencies,
  reach: SecretReach,
  { secrets }: z.infer<typeof deleteSecretsSchema>,
): Promise<number> {
  const etags = new Map(secrets.map(({ id, etag }) => [id, etag]));
  return changeSource(dependencies, async (transaction) => {
    const ids = [...etags.keys()];
    const found = await lockSecrets(transaction, reach.projectId, ids, reach.view);
    if (found.length < ids.length || !found.every((secret) => isInReach(reach, secret)))
      throw secretNotFound();
    const environmentIds = found.flatMap(({ values }) => values.map(({ environmentId }) => environmentId));
    if (!reach.whole && environmentIds.some((id) => !reach.environmentIds.has(id))) throw forbidden();
    for (const secret of found) requireMatch(etags.get(secret.id), etagOf(secret), secret.name);
    removeSecrets(transaction, ids);
    return { environmentIds, notes: deleted(reach, found), result: ids.length };
  });
}

/** Whether the caller may know of a secret: one without a value in reach is only for who reaches the whole project. */
export function isInReach(reach: SecretReach, { values }: Pick<SecretRow, "values">): boolean {
  return reach.whole || values.some(({ environmentId }) => reach.environmentIds.has(environmentId));
}
