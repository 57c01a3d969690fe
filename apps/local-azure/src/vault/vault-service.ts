import { randomUUID } from "node:crypto";
import type { OutgoingHttpHeaders } from "node:http";
import type { Clock } from "../clock.ts";
import { originOf, originWithPort } from "../http/addresses.ts";
import { type Answer, BodyTooLarge, type Exchange, readBody } from "../http/exchange.ts";
import type { FaultAnswer, Pipeline } from "../http/pipeline.ts";
import type { Knobs } from "../knobs/knobs.ts";
import type { VaultOperation } from "../operations.ts";
import { checkApiVersion } from "./api-version.ts";
import { claimedCaller, type TokenVerifier } from "./authentication.ts";
import { authorize } from "./authorization.ts";
import { backupSecret, restoreSecret } from "./backup-operations.ts";
import type { Call, Result } from "./call.ts";
import {
  deleteSecret,
  getDeletedSecret,
  listDeletedSecrets,
  purgeDeletedSecret,
  recoverDeletedSecret,
} from "./delete-operations.ts";
import { deny, errorAnswer, VaultError } from "./errors.ts";
import { networkRefusal, plainAddress } from "./network.ts";
import { getSecret, listSecrets, listSecretVersions } from "./read-operations.ts";
import type { Roles } from "./roles.ts";
import { type Route, routeOf } from "./routes.ts";
import { isSecretName } from "./secret-input.ts";
import type { RunningVault } from "./vaults.ts";
import { setSecret, updateSecret } from "./write-operations.ts";

/** Room for 25,600 characters however they are escaped, and tags. */
const MAX_BODY_BYTES = 512 * 1024;

const PERFORM: Readonly<Record<Exclude<VaultOperation, "unknown">, (call: Call) => Result>> = {
  setSecret,
  getSecret,
  updateSecret,
  listSecrets,
  listSecretVersions,
  deleteSecret,
  getDeletedSecret,
  listDeletedSecrets,
  recoverDeletedSecret,
  purgeDeletedSecret,
  backupSecret,
  restoreSecret,
};

const TAKES_BODY: ReadonlySet<VaultOperation> = new Set(["setSecret", "updateSecret", "restoreSecret"]);

/** The data plane of all vaults: from a request to Key Vault's answer. */
export class VaultService {
  readonly #pipeline: Pipeline;
  readonly #verifier: TokenVerifier;
  readonly #roles: Roles;
  readonly #clock: Clock;
  readonly #knobs: Knobs;
  readonly #backupKey: Buffer;

  constructor(
    parts: Readonly<{
      pipeline: Pipeline;
      verifier: TokenVerifier;
      roles: Roles;
      clock: Clock;
      knobs: Knobs;
      backupKey: Buffer;
    }>,
  ) {
    this.#pipeline = parts.pipeline;
    this.#verifier = parts.verifier;
    this.#roles = parts.roles;
    this.#clock = parts.clock;
    this.#knobs = parts.knobs;
    this.#backupKey = parts.backupKey;
  }

  async handle(exchange: Exchange, running: RunningVault): Promise<void> {
    const route = routeOf(exchange.method, exchange.path);
    const common = commonHeaders(exchange, running);
    const withHeaders = (answer: Answer): Answer => ({
      ...answer,
      headers: { ...common, ...answer.headers },
    });
    await this.#pipeline.run(exchange, {
      target: {
        operation: route.operation,
        vault: running.vault.name.toLowerCase(),
        ...(route.name === undefined ? {} : { secret: route.name }),
      },
      perform: async () => {
        try {
          return withHeaders(await this.#perform(exchange, running, route));
        } catch (error) {
          if (error instanceof VaultError) return withHeaders(errorAnswer(error));
          throw error;
        }
      },
      faultAnswer: (fault) => withHeaders(faultAnswer(fault)),
      failure: () =>
        withHeaders(
          errorAnswer(new VaultError(500, "InternalError", "The server encountered an internal error.")),
        ),
    });
  }

  /** Network first, then the token, the throttle, the request's form, the role, and only then the body. */
  async #perform(exchange: Exchange, running: RunningVault, route: Route): Promise<Answer> {
    const { vault } = running;
    const { authorization } = exchange.request.headers;
    const refusal = networkRefusal(
      vault,
      exchange.request.socket.remoteAddress ?? "",
      this.#knobs.values.firewall[vault.name.toLowerCase()],
      () => claimedCaller(authorization),
    );
    if (refusal !== undefined) throw refusal;
    const caller = await this.#verifier.verify(vault, authorization, this.#clock.now());
    this.#throttle(running, route.operation);
    checkApiVersion(exchange.query);
    const { operation, name = "", version = "" } = route;
    if (operation === "unknown") throw unroutable(exchange, route);
    if (route.name !== undefined && !isSecretName(name)) throw deny.invalidName(name);
    const assignment = authorize(this.#roles, vault, caller, operation, name, this.#clock.now());
    const body = TAKES_BODY.has(operation) ? await readJson(exchange) : undefined;
    const result = PERFORM[operation]({
      vault,
      store: running.store,
      clock: this.#clock,
      knobs: this.#knobs,
      backupKey: this.#backupKey,
      base: originOf(exchange.host),
      linkBase: originWithPort(exchange.host),
      query: exchange.query,
      name,
      version,
      body,
    });
    const headers =
      assignment === undefined
        ? {}
        : {
            "x-ms-keyvault-rbac-assignment-id": assignment.id.replaceAll("-", ""),
            "x-ms-keyvault-rbac-cache": "ra_age=0;rd_age=0;brd_age=0;ra_notif_recvd=0",
          };
    return { ...result, headers };
  }

  #throttle({ creates, others }: RunningVault, operation: VaultOperation): void {
    const { throttle } = this.#knobs.values;
    const isCreate = operation === "setSecret";
    const window = isCreate ? creates : others;
    const limit = isCreate ? throttle.creates : throttle.others;
    if (window.take(this.#clock.now(), limit, throttle.windowMs, throttle.countRejected)) return;
    throw deny.throttled(throttle.retryAfterSeconds);
  }
}

function unroutable({ method, path }: Exchange, { refusal, name = "" }: Route): VaultError {
  if (refusal === "invalidName") return deny.invalidName(name);
  return refusal === "methodNotAllowed" ? deny.methodNotAllowed(method) : deny.noSuchPath(path);
}

async function readJson({ request }: Exchange): Promise<unknown> {
  let bytes: Buffer;
  try {
    bytes = await readBody(request, MAX_BODY_BYTES);
  } catch (error) {
    if (error instanceof BodyTooLarge) throw deny.bodyTooLarge();
    throw error;
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    // The parser's message quotes the body, which holds a secret: it must not travel on, not even as a cause.
    throw deny.badParameter("The request body is not valid JSON.");
  }
}

/** The headers of every answer of a vault (source: recorded answers). */
function commonHeaders({ request }: Exchange, { vault }: RunningVault): OutgoingHttpHeaders {
  const clientRequestId = request.headers["x-ms-client-request-id"];
  const address = plainAddress(request.socket.remoteAddress ?? "");
  const family = address.includes(":") ? ["Ipv6", "InterNetworkV6"] : ["Ipv4", "InterNetwork"];
  return {
    "Cache-Control": "no-cache",
    Pragma: "no-cache",
    Expires: "-1",
    "Strict-Transport-Security": "max-age=31536000;includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "x-ms-request-id": randomUUID(),
    ...(typeof clientRequestId === "string" ? { "x-ms-client-request-id": clientRequestId } : {}),
    "x-ms-keyvault-region": vault.location,
    "x-ms-keyvault-network-info": `conn_type=${family[0] ?? ""};addr=${address};act_addr_fam=${family[1] ?? ""};`,
    "x-ms-keyvault-service-version": "1.9.3000.1",
  };
}

function faultAnswer(fault: FaultAnswer): Answer {
  const code = fault.code ?? (fault.status === 429 ? "Throttled" : "InternalError");
  const message =
    fault.message ?? `Local Azure answers with ${String(fault.status)} because a fault asks for it.`;
  const headers =
    fault.retryAfterSeconds === undefined ? {} : { "Retry-After": String(fault.retryAfterSeconds) };
  return errorAnswer(new VaultError(fault.status, code, message, fault.innererror, headers));
}
