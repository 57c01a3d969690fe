import type { KeyEncryptionKey } from "@kvsync/keys";
import { guardedFetch, requireCallable, type CallPolicy } from "@kvsync/outbound";
import type { SingleSignOnRow } from "@kvsync/store";
import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  customFetch,
  discovery,
  None,
  type ClientAuth,
  type Configuration,
} from "openid-client";

const METADATA_LIFETIME_MS = 3_600_000;

/** What is needed of a provider to speak to it. */
export type ProviderSettings = Readonly<{ issuer: string; clientId: string; clientSecret: string | null }>;

type Known = Readonly<{ updatedAt: number; until: number; configuration: Promise<Configuration> }>;

/** The organisations' providers: their metadata, read over the network and kept for an hour. */
export class Providers {
  readonly #keyEncryptionKey: KeyEncryptionKey;
  readonly #policy: CallPolicy;
  readonly #known = new Map<string, Known>();

  /** @param allowPrivate whether providers may lie inside a network, and on the loopback speak HTTP */
  constructor(keyEncryptionKey: KeyEncryptionKey, allowPrivate: boolean) {
    this.#keyEncryptionKey = keyEncryptionKey;
    this.#policy = { privateAddresses: allowPrivate, plainHttp: allowPrivate ? "loopback" : "nowhere" };
  }

  /** @throws where the provider can't be reached, or isn't what it says */
  async of(row: SingleSignOnRow): Promise<Configuration> {
    const updatedAt = row.updatedAt.getTime();
    const known = this.#known.get(row.id);
    if (known?.updatedAt === updatedAt && Date.now() < known.until) return known.configuration;
    const configuration = this.#read(row);
    this.#known.set(row.id, { updatedAt, until: Date.now() + METADATA_LIFETIME_MS, configuration });
    // What failed is asked again, not remembered.
    configuration.catch(() => this.#known.delete(row.id));
    return configuration;
  }

  async #read({ id, issuer, clientId, clientSecret }: SingleSignOnRow): Promise<Configuration> {
    const opened = clientSecret === null ? null : await this.open(id, clientSecret);
    return this.discover({ issuer, clientId, clientSecret: opened });
  }

  /** Reads a provider's metadata, which must name the issuer as it is written. @throws as {@link of} does */
  async discover({ issuer, clientId, clientSecret }: ProviderSettings): Promise<Configuration> {
    const url = new URL(issuer);
    requireCallable(url, this.#policy);
    const fetch = guardedFetch(this.#policy);
    return discovery(url, clientId, undefined, authentication(clientSecret), {
      [customFetch]: fetch,
      timeout: 10,
      ...(url.protocol === "http:" ? { execute: [allowInsecureRequests] } : {}),
    });
  }

  /** A client secret, to be kept. @param id the provider's */
  async seal(id: string, clientSecret: string): Promise<Uint8Array<ArrayBuffer>> {
    return this.#keyEncryptionKey.wrap(Buffer.from(clientSecret), contextOf(id));
  }

  async open(id: string, sealed: Uint8Array): Promise<string> {
    return Buffer.from(await this.#keyEncryptionKey.unwrap(sealed, contextOf(id))).toString();
  }
}

const contextOf = (id: string): string => `single-sign-on:${id}`;

/** In the request's body where the provider takes that, as most do, or else in its header, as all must. */
function authentication(clientSecret: string | null): ClientAuth {
  if (clientSecret === null) return None();
  const [post, basic] = [ClientSecretPost(clientSecret), ClientSecretBasic(clientSecret)];
  return (server, client, body, headers) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
    const chosen = methods.includes("client_secret_post") ? post : basic;
    chosen(server, client, body, headers);
  };
}
