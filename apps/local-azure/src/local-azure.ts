import { randomBytes } from "node:crypto";
import { type Assembly, assemble, type Foundation } from "./assembly.ts";
import { Clock } from "./clock.ts";
import type { Tenant } from "./directory/model.ts";
import { Hosts } from "./http/hosts.ts";
import { listen, type Listener } from "./http/listener.ts";
import type { Knobs } from "./knobs/knobs.ts";
import type { Graph } from "./management/graph.ts";
import type { ResourceManager } from "./management/resource-manager.ts";
import { seedSecret, type SeedInput, seedSecrets, type SeedsInput } from "./management/seeding.ts";
import { createTenant, type TenantInput } from "./management/tenants.ts";
import type { LocalAzureOptions } from "./options.ts";
import { State } from "./state.ts";
import type { LoggedRequest, RequestFilter } from "./statistics/request-log.ts";
import type { StatisticsSnapshot } from "./statistics/statistics.ts";
import { certificateNames, serverIdentity } from "./tls/files.ts";
import type { Vault } from "./vault/model.ts";

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
 * Starts local Azure. Resolves when it listens; when it can't, nothing is left open.
 *
 * @throws {StateLocked | JournalUnreadable} when the state can't be used; the system's error when a port can't be had
 */
export async function startLocalAzure(options: LocalAzureOptions = {}): Promise<LocalAzure> {
  const vaultSuffix = options.vaultSuffix ?? ".vault.localhost";
  const extraHosts = options.extraHosts ?? [];
  const names = certificateNames(vaultSuffix, extraHosts);
  const tls = await serverIdentity(options.certificateDirectory, names, new Date());
  const clock = new Clock(options.now);
  const foundation: Foundation = {
    host: options.host ?? "127.0.0.1",
    hosts: new Hosts(vaultSuffix, extraHosts),
    tls,
    clock,
    state: new State(clock, options.storage),
    adminKey: options.adminKey ?? randomBytes(32).toString("base64url"),
  };
  const assembly = assemble(options, foundation);
  let main: Listener | undefined;
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    assembly.latency.end();
    await Promise.all([main?.close(), assembly.listeners.close()]);
    foundation.state.close();
  };
  try {
    main = await openListeners(options, foundation, assembly);
  } catch (error) {
    await stop();
    throw error;
  }
  return facade(foundation, assembly, main.port, () => (stopping ??= stop()));
}

/** The main listener first: a port that is taken says that another local Azure runs. */
async function openListeners(
  options: LocalAzureOptions,
  { tls, host, state }: Foundation,
  { dispatcher, listeners }: Assembly,
): Promise<Listener> {
  const identity = { key: tls.server.privateKey, cert: tls.server.certificate };
  const main = await listen(identity, host, options.port ?? 0, (request, response) =>
    dispatcher.handle(request, response),
  );
  try {
    for (const { vault } of state.vaults.all()) {
      const localPort = await listeners.open(vault.name, vault.localPort);
      if (localPort !== vault.localPort) state.vaults.save({ ...vault, localPort });
    }
  } catch (error) {
    await main.close();
    throw error;
  }
  if (state.wasTorn) {
    options.logger?.warn("the end of the state file was torn off; the change it held is lost");
  }
  return main;
}

function facade(
  { tls, clock, state, adminKey }: Foundation,
  assembly: Assembly,
  port: number,
  stop: () => Promise<void>,
): LocalAzure {
  const { knobs, graph, resources, statistics, requestLog, addresses } = assembly;
  return {
    origin: `https://localhost:${String(port)}`,
    port,
    adminKey,
    ca: tls.ca,
    caFile: tls.caFile,
    clock,
    knobs,
    graph,
    resources,
    createTenant: (input = {}) => createTenant(state.directory, input).saved,
    addressesOf: (vault) => addresses(vault, port),
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
    stop,
  };
}
