import { randomBytes } from "node:crypto";
import { createLogger } from "@kvsync/runtime";
import { Clock } from "./clock.ts";
import type { Tenant } from "./directory/model.ts";
import { EntraService } from "./entra/entra-service.ts";
import { fetchJson } from "./entra/fetch-json.ts";
import { IssuerKeys } from "./entra/issuer-keys.ts";
import { TokenEndpoint } from "./entra/token-endpoint.ts";
import { Dispatcher } from "./http/dispatcher.ts";
import { Hosts } from "./http/hosts.ts";
import { type Identity, listen } from "./http/listener.ts";
import { Pipeline } from "./http/pipeline.ts";
import { VaultListeners } from "./http/vault-listeners.ts";
import { Knobs } from "./knobs/knobs.ts";
import { Latency } from "./knobs/latency.ts";
import { armRoutes } from "./management/arm-routes.ts";
import { Graph } from "./management/graph.ts";
import { graphRoutes } from "./management/graph-routes.ts";
import { localRoutes } from "./management/local-routes.ts";
import { ResourceManager } from "./management/resource-manager.ts";
import { ManagementRouter } from "./management/router.ts";
import { seedSecret, type SeedInput, seedSecrets, type SeedsInput } from "./management/seeding.ts";
import { createTenant, type TenantInput } from "./management/tenants.ts";
import type { LocalAzureOptions } from "./options.ts";
import { State } from "./state.ts";
import { type LoggedRequest, RequestLog, type RequestFilter } from "./statistics/request-log.ts";
import { Statistics, type StatisticsSnapshot } from "./statistics/statistics.ts";
import { certificateNames, type ServerIdentity, serverIdentity } from "./tls/files.ts";
import { KEY_VAULT_APP_ID, TokenVerifier } from "./vault/authentication.ts";
import type { Vault } from "./vault/model.ts";
import { VaultService } from "./vault/vault-service.ts";

/** Resources of other services in every tenant, whose tokens vaults refuse. */
const OTHER_RESOURCES = [
  "https://management.azure.com",
  "https://management.azure.com/",
  "https://graph.microsoft.com",
];

/** A local Azure that runs. What HTTP offers for management, knobs and statistics is here without HTTP, too. */
export type LocalAzure = Readonly<{
  /** `https://localhost:<port>`: the authority host for SDKs, and the base of management. */
  origin: string;
  port: number;
  adminKey: string;
  /** The authority's certificate as PEM, which clients must trust. */
  ca: string;
  /** Where it lies for NODE_EXTRA_CA_CERTS, if a certificate directory was given. */
  caFile: string | undefined;
  clock: Clock;
  knobs: Knobs;
  graph: Graph;
  resources: ResourceManager;
  createTenant: (input?: TenantInput) => Tenant;
  /** Where a vault is reached. Both end in a slash. */
  addressesOf: (vault: Vault) => Readonly<{ vaultUri: string; localUri: string }>;
  seedSecret: (vault: string, name: string, input: SeedInput) => void;
  seedSecrets: (vault: string, input: SeedsInput) => number;
  /** The current value of a secret that can be read, past every check and count. */
  peek: (vault: string, name: string) => string | undefined;
  statistics: () => StatisticsSnapshot;
  requests: (filter?: RequestFilter) => LoggedRequest[];
  /** Forgets counts and logged requests. */
  resetStatistics: () => void;
  /** Cuts all connections, ends all waits and closes the state. Safe to call again. */
  stop: () => Promise<void>;
}>;

/**
 * Starts local Azure. Resolves when it listens.
 *
 * @throws {StateLocked | JournalUnreadable} when the state can't be used
 */
export async function startLocalAzure(options: LocalAzureOptions = {}): Promise<LocalAzure> {
  const host = options.host ?? "127.0.0.1";
  const vaultSuffix = options.vaultSuffix ?? ".vault.localhost";
  const extraHosts = options.extraHosts ?? [];
  const tls = await serverIdentity(
    options.certificateDirectory,
    certificateNames(vaultSuffix, extraHosts),
    new Date(),
  );
  const clock = new Clock(options.now);
  const state = new State(clock, options.storage);
  try {
    return await run(options, { host, hosts: new Hosts(vaultSuffix, extraHosts), tls, clock, state });
  } catch (error) {
    state.close();
    throw error;
  }
}

async function run(
  options: LocalAzureOptions,
  parts: Readonly<{ host: string; hosts: Hosts; tls: ServerIdentity; clock: Clock; state: State }>,
): Promise<LocalAzure> {
  const { host, hosts, tls, clock, state } = parts;
  const { directory, vaults, roles, signer, backupKey } = state;
  const logger = options.logger ?? createLogger("local-azure", "silent");
  const resource = options.resource ?? "https://vault.azure.net";
  const adminKey = options.adminKey ?? randomBytes(32).toString("base64url");
  const knobs = new Knobs(clock);
  const latency = new Latency();
  const statistics = new Statistics(() => clock.now());
  const requestLog = new RequestLog();
  const pipeline = new Pipeline({ clock, knobs, latency, statistics, requestLog, logger });
  const issuerKeys = new IssuerKeys(clock, knobs, (url) =>
    fetchJson(url, {
      timeoutMs: knobs.values.issuerKeys.timeoutMs,
      extraCa: [tls.ca],
      plainHttpHosts: options.plainHttpIssuerHosts ?? [],
    }),
  );
  const tokens = new TokenEndpoint({
    directory,
    issuerKeys,
    signer,
    clock,
    knobs,
    resources: [resource, `${resource}/`, KEY_VAULT_APP_ID, ...OTHER_RESOURCES],
  });
  const identity: Identity = { key: tls.server.privateKey, cert: tls.server.certificate };
  const listeners = new VaultListeners(identity, host, (vault, request, response) =>
    dispatcher.handleFor(vault, request, response),
  );
  const graph = new Graph(directory, clock, knobs);
  const resources = new ResourceManager({
    directory,
    vaults,
    roles,
    clock,
    knobs,
    openPort: (vault) => listeners.open(vault),
  });
  const addresses = (
    vault: Vault,
    port: number | undefined,
  ): Readonly<{ vaultUri: string; localUri: string }> => ({
    vaultUri: `https://${hosts.ofVault(vault.name)}:${String(port ?? 443)}/`,
    localUri: `https://localhost:${String(vault.localPort)}/`,
  });
  const verifier = new TokenVerifier(signer.publicKey, signer.kid, resource);
  const dispatcher = new Dispatcher({
    hosts,
    vaults,
    entra: new EntraService({ pipeline, directory, tokens, signer, statistics, clock }),
    vaultService: new VaultService({ pipeline, verifier, roles, clock, knobs, backupKey }),
    management: new ManagementRouter(adminKey, [
      ...graphRoutes(graph, directory),
      ...armRoutes(resources, addresses),
      ...localRoutes({ directory, manager: resources, clock, knobs, statistics, requestLog }),
    ]),
    logger,
  });

  const main = await listen(identity, host, options.port ?? 0, (request, response) =>
    dispatcher.handle(request, response),
  );
  for (const { vault } of vaults.all()) {
    const localPort = await listeners.open(vault.name, vault.localPort);
    if (localPort !== vault.localPort) vaults.save({ ...vault, localPort });
  }
  if (state.wasTorn) logger.warn("the end of the state file was torn off; the change it held is lost");

  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    latency.end();
    await Promise.all([main.close(), listeners.close()]);
    state.close();
  };
  return {
    origin: `https://localhost:${String(main.port)}`,
    port: main.port,
    adminKey,
    ca: tls.ca,
    caFile: tls.caFile,
    clock,
    knobs,
    graph,
    resources,
    createTenant: (input = {}) => createTenant(directory, input).saved,
    addressesOf: (vault) => addresses(vault, main.port),
    seedSecret: (vault, name, input) => seedSecret(resources.vault(vault), clock, name, input),
    seedSecrets: (vault, input) => seedSecrets(resources.vault(vault), clock, input),
    peek: (vault, name) => {
      const secret = resources.vault(vault).store.get(name, clock.now());
      return secret?.head.phase.phase === "active" ? secret.current.value : undefined;
    },
    statistics: () => statistics.snapshot(),
    requests: (filter) => requestLog.list(filter),
    resetStatistics: () => {
      statistics.reset();
      requestLog.reset();
    },
    stop: () => (stopping ??= stop()),
  };
}
