import { randomUUID } from "node:crypto";
import { ApiError } from "@kvsync/contracts";
import type { createSecretsSchema, updateSecretSchema } from "@kvsync/contracts/api";
import { SealError, type EnvironmentKeyRing } from "@kvsync/keys";
import type { Doorbell } from "@kvsync/queue";
import type { Logger } from "@kvsync/runtime";
import {
  createSecrets,
  createValues,
  findNames,
  isUniqueViolation,
  lockSecret,
  note,
  putValue,
  raiseWantedGeneration,
  removeSecret,
  removeValues,
  updateSecret,
  type Actor,
  type AuditNote,
  type Database,
  type Queryable,
  type SecretRow,
  type StoredValue,
} from "@kvsync/store";
import type { z } from "zod";
import { created, describe, noteOf, viewed } from "./audit.ts";

export type SecretServiceDependencies = Readonly<{
  database: Database;
  environmentKeys: EnvironmentKeyRing;
  doorbell: Doorbell;
  logger: Logger;
}>;

/** What of a project the caller may change. */
export type SecretReach = Readonly<{
  workspaceId: string;
  /** Who acts. */
  actor: Actor;
  projectId: string;
  environmentIds: ReadonlySet<string>;
  whole: boolean;
}>;

const exists = (names: readonly string[]): ApiError =>
  new ApiError(409, "SECRET_EXISTS", `These secrets exist already: ${names.slice(0, 10).join(", ")}`);
const notFound = (): ApiError => new ApiError(404, "SECRET_NOT_FOUND", "Secret not found");

/**
 * Changes secrets. Each change raises the wanted generation of the syncs of exactly the environments whose values
 * changed, in the transaction of the change, and rings for them afterwards.
 */
export class SecretService {
  readonly #dependencies: SecretServiceDependencies;

  constructor(dependencies: SecretServiceDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Creates secrets, or gives existing ones a first value in further environments; all of them or none.
   *
   * @returns the names in the order given
   * @throws {ApiError} 409 `SECRET_EXISTS`, 400 `VALIDATION` for a name given twice
   */
  async create(reach: SecretReach, input: z.infer<typeof createSecretsSchema>): Promise<string[]> {
    const names = input.secrets.map(({ key }) => key);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw new ApiError(400, "VALIDATION", `secrets: “${twice}” is given twice`);
    const environmentIds = [...new Set(input.environments)];
    await this.#change(environmentIds, async (transaction) => {
      const known = await findNames(transaction, reach.projectId, names, environmentIds);
      const taken = known.filter((secret) => secret.taken);
      if (taken.length > 0) throw exists(taken.map(({ name }) => name));
      const idOf = new Map(known.map(({ id, name }) => [name, id]));
      const fresh = input.secrets
        .filter(({ key }) => !idOf.has(key))
        .map(({ key, note = "", type, dataType }) => ({ id: randomUUID(), name: key, note, type, dataType }));
      for (const { id, name } of fresh) idOf.set(name, id);
      await createSecrets(transaction, reach.projectId, fresh);
      const values = await Promise.all(
        environmentIds.flatMap((environmentId) =>
          input.secrets.map(({ key, value }) => this.#seal(idOf.get(key) ?? "", environmentId, value)),
        ),
      );
      await createValues(transaction, values);
      const made = new Set(fresh.map(({ name }) => name));
      const given = input.secrets.map(({ key: name, ...kind }) => ({
        ...kind,
        name,
        id: idOf.get(name) ?? "",
      }));
      return { environmentIds, notes: created(reach, given, made, environmentIds) };
    });
    return names;
  }

  /**
   * Replaces a secret's name, kind and its values in all environments in reach. An environment whose value is the same
   * as before doesn't count as changed, unless the name changed.
   *
   * @throws {ApiError} 404 `SECRET_NOT_FOUND`, 409 `SECRET_EXISTS`
   */
  async update(reach: SecretReach, id: string, input: z.infer<typeof updateSecretSchema>): Promise<void> {
    const wanted = new Map(input.values.map(({ environmentId, value }) => [environmentId, value]));
    if (wanted.size !== input.values.length)
      throw new ApiError(400, "VALIDATION", "values: an environment is given twice");
    await this.#change([...wanted.keys()], async (transaction) => {
      const secret = await this.#lock(transaction, reach, id);
      if (!reach.whole && secret.values.some(({ environmentId }) => !reach.environmentIds.has(environmentId)))
        if (secret.name !== input.name)
          throw new ApiError(403, "FORBIDDEN", "Insufficient permissions to rename it");
      const changed = new Set<string>();
      for (const [environmentId, value] of wanted) {
        const sealed = await this.#seal(id, environmentId, value);
        const before = secret.values.find((row) => row.environmentId === environmentId);
        if (before !== undefined && Buffer.from(before.fingerprint).equals(sealed.fingerprint)) continue;
        await putValue(transaction, sealed);
        changed.add(environmentId);
      }
      const removed = secret.values
        .map(({ environmentId }) => environmentId)
        .filter((environmentId) => reach.environmentIds.has(environmentId) && !wanted.has(environmentId));
      await removeValues(transaction, id, removed);
      const { name, type, dataType, note: text } = input;
      if (name !== secret.name && (await findNames(transaction, reach.projectId, [name], [])).length > 0)
        throw exists([name]);
      await updateSecret(transaction, id, {
        name,
        type,
        dataType,
        ...(text === undefined ? {} : { note: text }),
      });
      const had = secret.values.map(({ environmentId }) => environmentId);
      const renamed = name === secret.name ? [] : had;
      const has = new Set([...had.filter((environmentId) => !removed.includes(environmentId)), ...changed]);
      const entry = {
        ...noteOf(reach, { id, name }),
        action: "secret.updated" as const,
        fields: { changed: [...changed], removed, noteChanged: text !== undefined && text !== secret.note },
        before: describe(secret, had),
        after: describe({ name, type, dataType }, has),
      };
      return { environmentIds: [...changed, ...removed, ...renamed], notes: isChange(entry) ? [entry] : [] };
    });
  }

  /** Removes a secret from every environment. @throws {ApiError} 404 `SECRET_NOT_FOUND` */
  async remove(reach: SecretReach, id: string): Promise<void> {
    await this.#change([], async (transaction) => {
      const secret = await this.#lock(transaction, reach, id);
      const environmentIds = secret.values.map(({ environmentId }) => environmentId);
      if (!reach.whole && environmentIds.some((environmentId) => !reach.environmentIds.has(environmentId)))
        throw new ApiError(403, "FORBIDDEN", "Insufficient permissions");
      await removeSecret(transaction, id);
      const entry = {
        ...noteOf(reach, secret),
        action: "secret.deleted" as const,
        before: describe(secret, environmentIds),
      };
      return { environmentIds, notes: [entry] };
    });
  }

  /** Notes that these secrets' values are about to be answered. When that fails, they must not be. */
  async noteViewed(
    reader: Pick<SecretReach, "workspaceId" | "actor" | "projectId">,
    secrets: readonly SecretRow[],
  ): Promise<void> {
    const notes = viewed(reader, secrets);
    if (notes.length === 0) return;
    await this.#dependencies.database.$transaction((transaction) => note(transaction, notes));
  }

  /**
   * A value in the clear. One that can't be read fails the whole list: leaving it out would start an application
   * without it, and let a client that writes back what it read remove it.
   *
   * @throws {ApiError} 500 `VALUE_UNREADABLE`, naming the secret and its id, with which it can be mended
   */
  async open(secret: SecretRow, environmentId: string, ciphertext: Uint8Array): Promise<string> {
    try {
      return (await this.#dependencies.environmentKeys.get(environmentId)).decrypt(secret.id, ciphertext);
    } catch (error) {
      if (!(error instanceof SealError)) throw error;
      this.#dependencies.logger.error(
        { err: error, secretId: secret.id, environmentId },
        "a value can't be decrypted",
      );
      throw new ApiError(
        500,
        "VALUE_UNREADABLE",
        `The stored value of ${secret.name} can't be decrypted. Set it anew, or delete it: its id is ${secret.id}.`,
      );
    }
  }

  async #lock(transaction: Queryable, reach: SecretReach, id: string): Promise<SecretRow> {
    const secret = await lockSecret(transaction, reach.projectId, id);
    const inReach =
      secret !== null &&
      (reach.whole || secret.values.some(({ environmentId }) => reach.environmentIds.has(environmentId)));
    if (!inReach) throw notFound();
    return secret;
  }

  async #seal(secretId: string, environmentId: string, value: string): Promise<StoredValue> {
    const key = await this.#dependencies.environmentKeys.get(environmentId);
    const ciphertext = key.encrypt(secretId, value);
    return {
      secretId,
      environmentId,
      ciphertext,
      fingerprint: key.fingerprint(secretId, value),
      length: value.length,
    };
  }

  async #change(
    environmentIds: readonly string[],
    change: (transaction: Queryable) => Promise<Change>,
  ): Promise<void> {
    const { database, environmentKeys, doorbell, logger } = this.#dependencies;
    // Made before the transaction begins: a key's row must outlive a transaction that is undone.
    for (const environmentId of environmentIds) await environmentKeys.get(environmentId);
    let syncIds: string[];
    try {
      syncIds = await database.$transaction(
        async (transaction) => {
          const { environmentIds: changed, notes } = await change(transaction);
          const raised = await raiseWantedGeneration(transaction, [...new Set(changed)]);
          await note(transaction, notes);
          return raised;
        },
        { timeout: 30_000 },
      );
    } catch (error) {
      if (isUniqueViolation(error)) throw exists(["another request made one of them just now"]);
      throw error;
    }
    try {
      await doorbell.ringRuns(syncIds, "change");
    } catch (error) {
      logger.warn({ err: error }, "the queue couldn't be rung; the sweeper will find what is wanted");
    }
  }
}

/** The environments whose values changed, and what is to be noted of it. */
type Change = Readonly<{ environmentIds: readonly string[]; notes: readonly AuditNote[] }>;

/** Whether an update did more than write what was there already. */
function isChange({
  fields,
  before,
  after,
}: Readonly<{
  fields: Readonly<{ changed: readonly string[]; removed: readonly string[]; noteChanged: boolean }>;
  before: unknown;
  after: unknown;
}>): boolean {
  const { changed, removed, noteChanged } = fields;
  return (
    changed.length + removed.length > 0 || noteChanged || JSON.stringify(before) !== JSON.stringify(after)
  );
}

export { notFound as secretNotFound };
