import { createLogger } from "@kvsync/runtime";
import type { Clock } from "./clock.ts";
import { EntraService } from "./entra/entra-service.ts";
import { fetchJson } from "./entra/fetch-json.ts";
import { IssuerKeys } from "./entra/issuer-keys.ts";
import { TokenEndpoint } from "./entra/token-endpoint.ts";
import { Dispatcher } from "./http/dispatcher.ts";
import type { Hosts } from "./http/hosts.ts";
import { Pipeline } from "./http/pipeline.ts";
import { VaultListeners } from "./http/vault-listeners.ts";
import { Knobs } from "./knobs/knobs.ts";
import { Latency } from "./knobs/latency.ts";
import { armRoutes, type VaultAddresses } from "./management/arm-routes.ts";
import { Graph } from "./management/graph.ts";
import { graphRoutes } from "./management/graph-routes.ts";
import { localRoutes } from "./management/local-routes.ts";
import { ResourceManager } from "./management/resource-manager.ts";
import { ManagementRouter } from "./management/router.ts";
import type { LocalAzureOptions } from "./options.ts";
import type { State } from "./state.ts";
import { RequestLog } from "./statistics/request-log.ts";
import { Statistics } from "./statistics/statistics.ts";
import type { ServerIdentity } from "./tls/files.ts";
import { KEY_VAULT_APP_ID, TokenVerifier } from "./vault/authentication.ts";
import { VaultService } from "./vault/vault-service.ts";

/** Resources of other services in every tenant, whose tokens vaults refuse. */
const OTHER_RESOURCES = [
  "https://management.azure.com",
  "https://management.azure.com/",
  "https://graph.microsoft.com",
];

/** What the parts are made from. */
export type Foundation = Readonly<{
  host: string;
  hosts: Hosts;
  tls: ServerIdentity;
  clock: Clock;
  state: State;
  adminKey: string;
}>;

/** All of local Azure, put together but not listening yet. */
export type Assembly = Readonly<{
  knobs: Knobs;
  latency: Latency;
  statistics: Statistics;
  requestLog: RequestLog;
  graph: Graph;
  resources: ResourceManager;
  listeners: VaultListeners;
  dispatcher: Dispatcher;
  addresses: VaultAddresses;
}>;

/** Puts the parts together; does no I/O. */
export function assemble(options: LocalAzureOptions, foundation: Foundation): Assembly {
  const { host, hosts, tls, clock, state, adminKey } = foundation;
  const { directory, vaults, roles, signer, backupKey } = state;
  const logger = options.logger ?? createLogger("local-azure", "silent");
  const resource = options.resource ?? "https://vault.azure.net";
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
  const identity = { key: tls.server.privateKey, cert: tls.server.certificate };
  const listeners = new VaultListeners(identity, host, (vault, request, response) =>
    dispatcher.handleFor(vault, request, response),
  );
  const graph = new Graph(directory, clock, knobs);
  const openPort = (vault: string): Promise<number> => listeners.open(vault);
  const resources = new ResourceManager({ directory, vaults, roles, clock, knobs, openPort });
  const addresses: VaultAddresses = (vault, port) => ({
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
  return {
    knobs,
    latency,
    statistics,
    requestLog,
    graph,
    resources,
    listeners,
    dispatcher,
    addresses,
  };
}
