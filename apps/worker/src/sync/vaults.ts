import type { Cloud } from "@kvsync/contracts";
import { LRUCache } from "lru-cache";
import { FederatedCredential, type FederatedIdentity } from "../identity/federated-credential.ts";
import type { ActiveKeySource } from "../identity/signing.ts";
import { AzureVault } from "../vault/azure-vault.ts";
import type { ReadPacing } from "../vault/policies.ts";
import type { Vault } from "../vault/port.ts";

/** A sync's way to its vault. */
export type Connection = FederatedIdentity & Readonly<{ vaultUrl: string }>;

export type OpenVault = Readonly<{ vault: Vault; credential: FederatedCredential }>;

/**
 * Opens vaults and keeps them, with their access tokens, for the next runs. Another identity or vault is another entry,
 * so changed settings act at once.
 */
export class Vaults {
  readonly #cloud: Cloud;
  readonly #issuer: string;
  readonly #keys: ActiveKeySource;
  readonly #readPacing: (vaultUrl: string, syncId: string) => ReadPacing;
  readonly #open = new LRUCache<string, OpenVault>({ max: 2_000, ttl: 60 * 60_000 });

  /** @param readPacing how a sync's reads of a vault are paced that are tried again */
  constructor(
    cloud: Cloud,
    issuer: string,
    keys: ActiveKeySource,
    readPacing: (vaultUrl: string, syncId: string) => ReadPacing,
  ) {
    this.#readPacing = readPacing;
    this.#cloud = cloud;
    this.#issuer = issuer;
    this.#keys = keys;
  }

  open(connection: Connection): OpenVault {
    const key = keyOf(connection);
    const open = this.#open.get(key) ?? this.#create(connection);
    this.#open.set(key, open);
    return open;
  }

  /** As {@link open}, but without what is kept: a validation must not live on a token of before. */
  openAnew(connection: Connection): OpenVault {
    this.#open.delete(keyOf(connection));
    return this.open(connection);
  }

  #create({ vaultUrl, ...identity }: Connection): OpenVault {
    const credential = new FederatedCredential(this.#cloud, this.#issuer, identity, this.#keys);
    const vault = new AzureVault({
      vaultUrl,
      credential,
      verifyChallenge: this.#cloud.verifyChallenge,
      readPacing: this.#readPacing(vaultUrl, identity.subject.syncId),
    });
    return { vault, credential };
  }
}

function keyOf({ subject, tenantId, clientId, vaultUrl }: Connection): string {
  return [subject.syncId, subject.environmentId, tenantId, clientId, vaultUrl].join(" ");
}
