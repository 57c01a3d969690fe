import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "@kvsync/runtime";
import type { EntraService } from "../entra/entra-service.ts";
import type { ManagementRouter } from "../management/router.ts";
import type { VaultService } from "../vault/vault-service.ts";
import type { RunningVault, Vaults } from "../vault/vaults.ts";
import { parseHostHeader } from "./addresses.ts";
import { type Exchange, send } from "./exchange.ts";
import type { Hosts } from "./hosts.ts";

/** Leads each request by its host name to Entra, management or a vault. */
export class Dispatcher {
  readonly #hosts: Hosts;
  readonly #vaults: Vaults;
  readonly #entra: EntraService;
  readonly #vaultService: VaultService;
  readonly #management: ManagementRouter;
  readonly #logger: Logger;

  constructor(
    parts: Readonly<{
      hosts: Hosts;
      vaults: Vaults;
      entra: EntraService;
      vaultService: VaultService;
      management: ManagementRouter;
      logger: Logger;
    }>,
  ) {
    this.#hosts = parts.hosts;
    this.#vaults = parts.vaults;
    this.#entra = parts.entra;
    this.#vaultService = parts.vaultService;
    this.#management = parts.management;
    this.#logger = parts.logger;
  }

  /** For the main listener. */
  handle(request: IncomingMessage, response: ServerResponse): void {
    this.#run(request, response, async (exchange) => {
      const destination = this.#hosts.destination(exchange.host.hostname);
      if (destination.kind === "stranger") return misdirected(exchange);
      if (destination.kind === "vault") return this.#toVault(exchange, destination.name);
      if (!(await this.#entra.handle(exchange))) await this.#management.handle(exchange);
    });
  }

  /** For the listener that belongs to one vault. */
  handleFor(vault: string, request: IncomingMessage, response: ServerResponse): void {
    this.#run(request, response, async (exchange) => {
      const destination = this.#hosts.destination(exchange.host.hostname);
      const isThisVault =
        destination.kind === "login" ||
        (destination.kind === "vault" && destination.name === vault.toLowerCase());
      if (!isThisVault) return misdirected(exchange);
      return this.#toVault(exchange, vault);
    });
  }

  async #toVault(exchange: Exchange, name: string): Promise<void> {
    const running: RunningVault | undefined = this.#vaults.get(name);
    if (running !== undefined) return this.#vaultService.handle(exchange, running);
    // In Azure such a name doesn't resolve at all.
    send(exchange.response, {
      status: 404,
      body: { error: { code: "VaultNotFound", message: `There is no vault '${name}' in local Azure.` } },
    });
  }

  #run(
    request: IncomingMessage,
    response: ServerResponse,
    handle: (exchange: Exchange) => Promise<void>,
  ): void {
    const host = parseHostHeader(request.headers.host);
    const target = request.url ?? "";
    if (host === undefined || !target.startsWith("/")) {
      send(response, {
        status: 400,
        body: {
          error: { code: "BadRequest", message: "The Host header or the request target is malformed." },
        },
      });
      return;
    }
    const mark = target.indexOf("?");
    const exchange: Exchange = {
      request,
      response,
      method: request.method ?? "GET",
      path: mark === -1 ? target : target.slice(0, mark),
      query: new URLSearchParams(mark === -1 ? "" : target.slice(mark + 1)),
      host,
    };
    handle(exchange).catch((error: unknown) => {
      if (request.destroyed && !request.complete) return;
      this.#logger.error({ err: error, method: exchange.method }, "a request failed");
      send(response, { status: 500, body: { error: { code: "InternalError", message: "Internal error." } } });
    });
  }
}

/** Links and challenges are made from the host by which a client came, so a name that isn't ours gets nothing. */
function misdirected({ response, host }: Exchange): void {
  send(response, {
    status: 421,
    body: {
      error: {
        code: "MisdirectedRequest",
        message: `Local Azure doesn't answer for the host '${host.hostname}'. LOCAL_AZURE_EXTRA_HOSTS can add it.`,
      },
    },
  });
}
