import type { TokenCredential } from "@azure/core-auth";
import { SecretClient, type DeletedSecret, type SecretProperties } from "@azure/keyvault-secrets";
import { FailureError } from "../failure-error.ts";
import { VaultConnections } from "./connections.ts";
import { errorBodyPolicy } from "./error-body.ts";
import {
  exactTimesPolicy,
  firstAlonePolicy,
  noValuesPolicy,
  readRetryPolicy,
  REQUEST_TIMEOUT_MS,
  sameVaultPolicy,
  timeLimitPolicy,
  timesHeader,
  type ReadPacing,
} from "./policies.ts";
import type {
  BeforePage,
  DeletedItem,
  Vault,
  VaultItem,
  VaultVersion,
  VersionProperties,
  Written,
} from "./port.ts";
import { vaultFailure, type VaultCall } from "./vault-failure.ts";

const DELETED_ALREADY: ReadonlySet<string> = new Set(["VAULT_SECRET_BEING_DELETED", "VAULT_SECRET_DELETED"]);

/** Shared by all of this process's vaults. */
const agent = new VaultConnections();

type ListOptions = NonNullable<Parameters<SecretClient["listPropertiesOfSecrets"]>[0]>;

export type AzureVaultOptions = Readonly<{
  vaultUrl: string;
  credential: TokenCredential;
  /** Whether the vault's challenge must name a resource that its host belongs to. */
  verifyChallenge: boolean;
  readPacing: ReadPacing;
}>;

/**
 * A Key Vault through Azure's SDK.
 *
 * The SDK's own retries are off: it would repeat a PUT whose answer was lost, which may make a second version, and
 * wouldn't repeat a 429 without Retry-After, which is what Key Vault sends.
 */
export class AzureVault implements Vault {
  readonly #client: SecretClient;
  readonly #host: string;

  constructor({ vaultUrl, credential, verifyChallenge, readPacing }: AzureVaultOptions) {
    this.#host = new URL(vaultUrl).host;
    this.#client = new SecretClient(vaultUrl, credential, {
      disableChallengeResourceVerification: !verifyChallenge,
      retryOptions: { maxRetries: 0 },
      agent,
      additionalPolicies: [
        { policy: sameVaultPolicy(vaultUrl), position: "perCall" },
        { policy: noValuesPolicy, position: "perCall" },
        { policy: firstAlonePolicy(), position: "perCall" },
        { policy: exactTimesPolicy, position: "perCall" },
        { policy: readRetryPolicy(readPacing), position: "perCall" },
        { policy: timeLimitPolicy, position: "perCall" },
        { policy: errorBodyPolicy, position: "perCall" },
      ],
    });
  }

  async *list(signal: AbortSignal, beforePage?: BeforePage): AsyncIterable<readonly VaultItem[]> {
    const pages = this.#pages("list secrets", signal, beforePage, (options) =>
      this.#client.listPropertiesOfSecrets(options),
    );
    for await (const page of pages) yield page.map(toItem);
  }

  async versions(name: string, signal: AbortSignal): Promise<readonly VaultVersion[]> {
    return this.#call({ action: "list a secret's versions", vaultName: name }, signal, async () => {
      const versions: VaultVersion[] = [];
      for await (const properties of this.#client.listPropertiesOfSecretVersions(name, {
        abortSignal: signal,
      }))
        versions.push({
          ...toItem(properties),
          version: properties.version ?? "",
          created: toSeconds(properties.createdOn) ?? 0,
        });
      return versions;
    });
  }

  async set(
    name: string,
    value: string,
    { tags, contentType, notBefore, expires, enabled }: VersionProperties,
    signal: AbortSignal,
  ): Promise<Written> {
    let requestId: string | undefined;
    const written = await this.#call({ action: "write secrets", vaultName: name }, signal, () =>
      this.#client.setSecret(name, value, {
        abortSignal: signal,
        tags: { ...tags },
        ...(contentType === undefined ? {} : { contentType }),
        ...(enabled === undefined ? {} : { enabled }),
        requestOptions: { headers: timesHeader(notBefore, expires) },
        onResponse: (response) => {
          requestId = response.headers.get("x-ms-request-id");
        },
      }),
    );
    const { version, updatedOn } = written.properties;
    return { version: version ?? "", updated: toSeconds(updatedOn) ?? 0, requestId };
  }

  async remove(name: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#tolerating(404, { action: "delete secrets", vaultName: name }, signal, () =>
        this.#client.beginDeleteSecret(name, { abortSignal: signal }),
      );
    } catch (error) {
      // It is on its way out already: an earlier request did it, or somebody else.
      if (!(error instanceof FailureError && DELETED_ALREADY.has(error.code))) throw error;
    }
  }

  async isDeleted(name: string, signal: AbortSignal): Promise<boolean> {
    return (await this.findDeleted(name, signal)) !== null;
  }

  async *listDeleted(signal: AbortSignal, beforePage?: BeforePage): AsyncIterable<readonly DeletedItem[]> {
    const pages = this.#pages("list deleted secrets", signal, beforePage, (options) =>
      this.#client.listDeletedSecrets(options),
    );
    for await (const page of pages) yield page.map(toDeleted);
  }

  /**
   * A list's pages. Whether another follows, the SDK says of no page; of the first one its answer tells, and that is the
   * only one of most vaults.
   */
  async *#pages<Item>(
    action: string,
    signal: AbortSignal,
    beforePage: BeforePage | undefined,
    open: (options: ListOptions) => { byPage: () => AsyncIterableIterator<Item[]> },
  ): AsyncIterable<readonly Item[]> {
    let isOnly = false;
    const onResponse: ListOptions["onResponse"] = ({ parsedBody }) => {
      isOnly = ((parsedBody as { nextLink?: unknown } | undefined)?.nextLink ?? null) === null;
    };
    const pages = open({ abortSignal: signal, onResponse }).byPage();
    while (true) {
      await beforePage?.();
      const page = await this.#call({ action }, signal, () => pages.next());
      if (page.done === true) return;
      yield page.value;
      if (isOnly) return;
    }
  }

  async findDeleted(name: string, signal: AbortSignal): Promise<DeletedItem | null> {
    const call = { action: "look at deleted secrets", vaultName: name };
    const deleted = await this.#tolerating(404, call, signal, () =>
      this.#client.getDeletedSecret(name, { abortSignal: signal }),
    );
    return deleted === undefined ? null : toDeleted(deleted);
  }

  async recover(name: string, signal: AbortSignal): Promise<void> {
    await this.#call({ action: "recover deleted secrets", vaultName: name }, signal, () =>
      this.#client.beginRecoverDeletedSecret(name, { abortSignal: signal }),
    );
  }

  async purge(name: string, signal: AbortSignal): Promise<void> {
    await this.#tolerating(404, { action: "purge deleted secrets", vaultName: name }, signal, () =>
      this.#client.purgeDeletedSecret(name, { abortSignal: signal }),
    );
  }

  async #call<Result>(
    call: Pick<VaultCall, "action" | "vaultName">,
    signal: AbortSignal,
    send: () => Promise<Result>,
  ): Promise<Result> {
    signal.throwIfAborted();
    try {
      return await send();
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof FailureError) throw error;
      const failure = vaultFailure(error, { ...call, host: this.#host, timeoutMs: REQUEST_TIMEOUT_MS });
      throw new FailureError(failure, { cause: error });
    }
  }

  /** As {@link #call}, but undefined where the vault answers with this status. */
  async #tolerating<Result>(
    status: number,
    call: Pick<VaultCall, "action" | "vaultName">,
    signal: AbortSignal,
    send: () => Promise<Result>,
  ): Promise<Result | undefined> {
    return this.#call(call, signal, async () => {
      try {
        return await send();
      } catch (error) {
        if (error instanceof Error && Reflect.get(error, "statusCode") === status) return undefined;
        throw error;
      }
    });
  }
}

/** The SDK gives a time of 0 as that number (measured with 4.12.0), whatever its types say. */
const toSeconds = (date: Date | 0 | undefined): number | undefined =>
  date instanceof Date ? Math.floor(date.getTime() / 1000) : (date ?? undefined);

function toDeleted({ name, properties: { enabled, tags } }: DeletedSecret): DeletedItem {
  return { name, enabled: enabled ?? true, tags: tags ?? {} };
}

function toItem(properties: SecretProperties): VaultItem {
  return {
    name: properties.name,
    enabled: properties.enabled ?? true,
    managed: properties.managed ?? false,
    updated: toSeconds(properties.updatedOn) ?? 0,
    contentType: properties.contentType,
    notBefore: toSeconds(properties.notBefore),
    expires: toSeconds(properties.expiresOn),
    tags: properties.tags ?? {},
  };
}
