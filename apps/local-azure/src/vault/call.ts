import type { Clock } from "../clock.ts";
import type { Knobs } from "../knobs/knobs.ts";
import type { Vault } from "./model.ts";
import type { SecretStore } from "./secret-store.ts";

/** An authorised request to a vault, ready to be carried out. */
export type Call = Readonly<{
  vault: Vault;
  store: SecretStore;
  clock: Clock;
  knobs: Knobs;
  /** Seals backup blobs. */
  backupKey: Buffer;
  /** `https://vault-host[:port]`, by which the client came; what ids begin with. */
  base: string;
  /** The same with the port always written, for `nextLink`. */
  linkBase: string;
  query: URLSearchParams;
  /** A checked name; empty for operations on the vault as a whole. */
  name: string;
  /** Empty for the current version. */
  version: string;
  /** The parsed JSON body; undefined where there was none. */
  body: unknown;
}>;

/** What an operation gives back: the body, or nothing for 204. */
export type Result = Readonly<{ status: 200; body: unknown }> | Readonly<{ status: 204 }>;
