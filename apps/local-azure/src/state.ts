import { randomBytes } from "node:crypto";
import type { Clock } from "./clock.ts";
import { Directory } from "./directory/directory.ts";
import { TokenSigner } from "./entra/token-signer.ts";
import type { Entry } from "./journal/entry.ts";
import { Journal } from "./journal/journal.ts";
import { Roles } from "./vault/roles.ts";
import { Vaults } from "./vault/vaults.ts";

/** Where state is kept between lives of the process. */
export type Storage = Readonly<{
  directory: string;
  /** 32 bytes: everything on disk is encrypted under it. */
  key: Buffer;
}>;

/** Everything that outlives a request. Knobs, statistics and the request log are of one life only and not here. */
export class State {
  readonly directory: Directory;
  readonly roles: Roles;
  readonly vaults: Vaults;
  readonly signer: TokenSigner;
  readonly backupKey: Buffer;
  /** Whether the end of the state file was torn off, so that the last change before a crash is lost. */
  readonly wasTorn: boolean;
  readonly #clock: Clock;
  readonly #journal: Journal | undefined;

  /** @throws {StateLocked | JournalUnreadable} */
  constructor(clock: Clock, storage: Storage | undefined) {
    this.#clock = clock;
    const opened = storage === undefined ? undefined : Journal.open(storage.directory, storage.key);
    this.#journal = opened?.journal;
    this.wasTorn = opened?.torn ?? false;
    const record = (entries: readonly Entry[]): void => this.#journal?.append(entries);
    this.directory = new Directory(record);
    this.roles = new Roles(record);
    this.vaults = new Vaults(record);
    let jwk: ConstructorParameters<typeof TokenSigner>[0];
    let backupKey: string | undefined;
    for (const entry of opened?.entries ?? []) {
      if (entry.type === "signingKey") jwk = entry.jwk;
      else if (entry.type === "backupKey") backupKey = entry.key;
      else this.#restore(entry);
    }
    for (const { store } of this.vaults.all()) store.reindex();
    this.signer = new TokenSigner(jwk);
    this.backupKey = backupKey === undefined ? randomBytes(32) : Buffer.from(backupKey, "base64");
    this.#journal?.begin(() => this.#entries());
  }

  /** Safe to call again. */
  close(): void {
    this.#journal?.close();
  }

  #restore(entry: Exclude<Entry, { type: "signingKey" | "backupKey" }>): void {
    switch (entry.type) {
      case "tenant":
        return this.directory.restoreTenant(entry.tenant);
      case "application":
        return this.directory.restoreApplication(entry.application);
      case "servicePrincipal":
        return this.directory.restorePrincipal(entry.servicePrincipal);
      case "roleDefinition":
        return this.roles.restoreDefinition(entry.roleDefinition);
      case "roleAssignment":
        return this.roles.restoreAssignment(entry.roleAssignment);
      case "roleAssignmentRemoved":
        return this.roles.forgetAssignment(entry.id);
      case "vault":
        this.vaults.restore(entry.vault);
        return;
      default:
        this.vaults.get(entry.vault)?.store.restore(entry);
    }
  }

  *#entries(): Generator<Entry> {
    yield { type: "signingKey", jwk: this.signer.export() };
    yield { type: "backupKey", key: this.backupKey.toString("base64") };
    for (const tenant of this.directory.tenants()) {
      yield { type: "tenant", tenant };
      for (const application of this.directory.applications(tenant.id))
        yield { type: "application", application };
      for (const servicePrincipal of this.directory.principals(tenant.id)) {
        yield { type: "servicePrincipal", servicePrincipal };
      }
    }
    for (const roleDefinition of this.roles.customDefinitions())
      yield { type: "roleDefinition", roleDefinition };
    for (const roleAssignment of this.roles.assignments()) yield { type: "roleAssignment", roleAssignment };
    for (const { vault, store } of this.vaults.all()) {
      yield { type: "vault", vault };
      yield* store.entries(this.#clock.now());
    }
  }
}
