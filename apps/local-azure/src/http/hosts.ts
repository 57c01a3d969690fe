/** Whom a host name means. */
export type Destination =
  Readonly<{ kind: "login" }> | Readonly<{ kind: "vault"; name: string }> | Readonly<{ kind: "stranger" }>;

const LOGIN_HOSTS = ["localhost", "login.localhost", "127.0.0.1", "[::1]"];

/** Tells host names apart: Entra's and management's, those of vaults, and anybody else's. */
export class Hosts {
  readonly #login: ReadonlySet<string>;
  readonly #vaultSuffix: string;

  /**
   * @param vaultSuffix what follows a vault's name, with its leading dot
   * @param extraHosts further names of this machine, for example that of a container
   */
  constructor(vaultSuffix: string, extraHosts: readonly string[]) {
    this.#login = new Set([...LOGIN_HOSTS, ...extraHosts].map((host) => host.toLowerCase()));
    this.#vaultSuffix = vaultSuffix.toLowerCase();
  }

  /** @param hostname in lower case, without port */
  destination(hostname: string): Destination {
    if (this.#login.has(hostname)) return { kind: "login" };
    const name = hostname.endsWith(this.#vaultSuffix) ? hostname.slice(0, -this.#vaultSuffix.length) : "";
    return name === "" || name.includes(".") ? { kind: "stranger" } : { kind: "vault", name };
  }

  /** A vault's host name. */
  ofVault(name: string): string {
    return `${name.toLowerCase()}${this.#vaultSuffix}`;
  }
}
