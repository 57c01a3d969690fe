import type { Logger } from "@kvsync/runtime";
import type { Storage } from "./state.ts";

/** How local Azure is to run. Everything has a default that suits a test. */
export type LocalAzureOptions = Readonly<{
  /** The address to listen at; 127.0.0.1 by default. */
  host?: string | undefined;
  /** The port of Entra, management and all vaults; any free one by default. */
  port?: number | undefined;
  /** What follows a vault's name in its host name; `.vault.localhost` by default. */
  vaultSuffix?: string | undefined;
  /** Further host names of Entra and management, which the certificate then covers, too. */
  extraHosts?: readonly string[] | undefined;
  /** Where CA and server certificate are kept; in memory by default. */
  certificateDirectory?: string | undefined;
  /** Where state survives a restart; nowhere by default. */
  storage?: Storage | undefined;
  /** Opens management, knobs and statistics over HTTP; a random one by default. */
  adminKey?: string | undefined;
  /** What vaults ask tokens for; `https://vault.azure.net` by default. */
  resource?: string | undefined;
  /** Hosts besides loopback from which issuers may be read without TLS. */
  plainHttpIssuerHosts?: readonly string[] | undefined;
  logger?: Logger | undefined;
  /** Milliseconds since 1970, before the clock knob; the real time by default. */
  now?: (() => number) | undefined;
}>;
