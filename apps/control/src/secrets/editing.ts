import { ApiError } from "@kvsync/contracts";
import type { changeSecretSchema, updateSecretSchema } from "@kvsync/contracts/api";
import {
  findNames,
  findPersonalValues,
  lockSecret,
  putPersonalValue,
  removePersonalValues,
  saveSecret,
  type PipelinedTransaction,
  type SecretRow,
  type StoredValue,
} from "@kvsync/store";
import type { z } from "zod";
import { edited, type EditedValues } from "./audit.ts";
import { etagOf, requireMatch } from "./etag.ts";
import type { SecretReach } from "./reach.ts";
import { isInReach, type SecretServiceDependencies } from "./service.ts";
import { changeSource, secretExists, secretNotFound } from "./source-change.ts";

/** What is wanted of a secret: what isn't named stays, a null takes a value away. By environment. */
export type Edit = Readonly<{
  name?: string | undefined;
  note?: string | undefined;
  type?: string | undefined;
  dataType?: string | undefined;
  shared: ReadonlyMap<string, string | null>;
  personal: ReadonlyMap<string, string | null>;
}>;

/** Everything of a secret: environments in reach that aren't given lose their values. */
export function replacement(reach: SecretReach, input: z.infer<typeof updateSecretSchema>): Edit {
  const { values, ...rest } = input;
  const given = byKind(values);
  const nothingIn = (environmentIds: Iterable<string>): Array<[string, null]> =>
    [...environmentIds].map((id) => [id, null]);
  return {
    ...rest,
    shared: new Map([...nothingIn(reach.environmentIds), ...given.shared]),
    personal: new Map([...nothingIn(reach.view.own?.environmentIds ?? []), ...given.personal]),
  };
}

/** What is given, and nothing else. */
export function partialChange({ values = [], ...rest }: z.infer<typeof changeSecretSchema>): Edit {
  return { ...rest, ...byKind(values) };
}

function byKind<Value extends string | null>(
  values: ReadonlyArray<Readonly<{ environmentId: string; value: Value; isPersonal: boolean }>>,
): Readonly<{ shared: Map<string, Value>; personal: Map<string, Value> }> {
  const of = (personal: boolean): Map<string, Value> => {
    const own = values.filter(({ isPersonal }) => isPersonal === personal);
    const map = new Map(own.map(({ environmentId, value }) => [environmentId, value]));
    if (map.size !== own.length)
      throw new ApiError(400, "VALIDATION", "values: an environment is given twice");
    return map;
  };
  return { shared: of(false), personal: of(true) };
}

/**
 * Changes a secret. An environment whose value is the same as before doesn't count as changed, unless the name changed;
 * where nothing changes, nothing is written. A personal value changes nothing for anybody else.
 *
 * @returns the ETag that the caller sees from now on
 * @throws {ApiError} 404 `SECRET_NOT_FOUND`, 409 `SECRET_EXISTS`, 412 `SECRET_CHANGED`, 403 `FORBIDDEN` for a new name
 *   of a secret that has values out of reach, 400 `VALIDATION` for a personal value where there are none
 */
export async function editSecret(
  dependencies: SecretServiceDependencies,
  reach: SecretReach,
  { id, ifMatch }: Readonly<{ id: string; ifMatch: string | undefined }>,
  edit: Edit,
): Promise<string> {
  requirePersonal(reach, edit);
  await dependencies.values.prepare([...edit.shared.keys(), ...edit.personal.keys()]);
  return changeSource(dependencies, async (transaction) => {
    const secret = await lockSecret(transaction, reach.projectId, id, reach.view);
    if (secret === null || !isInReach(reach, secret)) throw secretNotFound();
    requireMatch(ifMatch, etagOf(secret), secret.name);
    const renamed = edit.name !== undefined && edit.name !== secret.name;
    if (renamed) await requireRename(transaction, reach, secret, edit.name ?? "");
    const shared = await sealChanges(dependencies, secret, edit.shared);
    const personal = await changePersonal(dependencies, transaction, reach, secret, edit.personal);
    const { put, removed } = shared;
    const changed = [...shared.changed, ...removed];
    const { name, note, type, dataType } = edit;
    const row = Object.fromEntries(
      Object.entries({ name, note, type, dataType }).filter(
        ([key, value]) => value !== undefined && value !== secret[key as "name"],
      ),
    );
    const changes = changed.length > 0 || Object.keys(row).length > 0;
    if (changes) saveSecret(transaction, id, { row, put, removed });
    const version = secret.version + (changes ? 1 : 0);
    const own = await findPersonalValues(transaction, id, reach.view.own);
    const after = { ...secret, ...row, version, personal: own };
    const all = renamed ? secret.values.map(({ environmentId }) => environmentId) : [];
    const entry = edited(reach, secret, after, shared, personal);
    const notes = entry === null ? [] : [entry];
    return { environmentIds: [...changed, ...all], notes, result: etagOf(after) };
  });
}

function requirePersonal({ view }: SecretReach, { personal }: Edit): void {
  const allowed = new Set(view.own?.environmentIds);
  if (![...personal.keys()].every((id) => allowed.has(id)))
    throw new ApiError(
      400,
      "VALIDATION",
      "values: a personal value needs a person's sign-in or token, and an environment that has personal values switched on",
    );
}

async function requireRename(
  transaction: PipelinedTransaction,
  reach: SecretReach,
  secret: SecretRow,
  name: string,
): Promise<void> {
  if (!reach.whole && secret.values.some(({ environmentId }) => !reach.environmentIds.has(environmentId)))
    throw new ApiError(403, "FORBIDDEN", "Insufficient permissions to rename it");
  if ((await findNames(transaction, reach.projectId, [name], [])).length > 0) throw secretExists([name]);
}

/** The shared values that are others than before, sealed, and the environments that lose theirs. */
async function sealChanges(
  { values }: SecretServiceDependencies,
  secret: SecretRow,
  wanted: ReadonlyMap<string, string | null>,
): Promise<EditedValues & Readonly<{ put: readonly StoredValue[] }>> {
  const before = new Map(secret.values.map(({ environmentId, ...row }) => [environmentId, row]));
  const put: StoredValue[] = [];
  for (const [environmentId, value] of wanted) {
    if (value === null) continue;
    const sealed = await values.seal(secret.id, environmentId, value);
    if (!sameBytes(before.get(environmentId)?.fingerprint, sealed.fingerprint)) put.push(sealed);
  }
  const removed = [...wanted].flatMap(([id, value]) => (value === null && before.has(id) ? [id] : []));
  return { put, changed: put.map(({ environmentId }) => environmentId), removed };
}

async function changePersonal(
  { values }: SecretServiceDependencies,
  transaction: PipelinedTransaction,
  { view }: SecretReach,
  { id: secretId, personal }: SecretRow,
  wanted: ReadonlyMap<string, string | null>,
): Promise<EditedValues> {
  const changed: string[] = [];
  if (view.own === null) return { changed, removed: [] };
  const { memberId } = view.own;
  for (const [environmentId, value] of wanted) {
    if (value === null) continue;
    const sealed = await values.sealPersonal({ secretId, environmentId, memberId }, value);
    const before = personal.find((row) => row.environmentId === environmentId);
    if (sameBytes(before?.fingerprint, sealed.fingerprint)) continue;
    putPersonalValue(transaction, sealed);
    changed.push(environmentId);
  }
  const had = new Set(personal.map(({ environmentId }) => environmentId));
  const removed = [...wanted].flatMap(([id, value]) => (value === null && had.has(id) ? [id] : []));
  removePersonalValues(transaction, { secretId, memberId }, removed);
  return { changed, removed };
}

const sameBytes = (one: Uint8Array | undefined, other: Uint8Array): boolean =>
  one !== undefined && Buffer.from(one).equals(other);
