import type { Clock } from "../clock.ts";
import type { Directory } from "../directory/directory.ts";
import { originOf } from "../http/addresses.ts";
import { type Answer, BodyTooLarge, type Exchange, readBody } from "../http/exchange.ts";
import type { FaultAnswer, Pipeline } from "../http/pipeline.ts";
import type { EntraOperation } from "../operations.ts";
import type { Statistics } from "../statistics/statistics.ts";
import { openidConfiguration } from "./discovery.ts";
import { EntraError, errorAnswer, refusal } from "./errors.ts";
import { parseForm } from "./form.ts";
import { findTenant, type TokenEndpoint } from "./token-endpoint.ts";
import type { TokenSigner } from "./token-signer.ts";

const MAX_BODY_BYTES = 256 * 1024;
const ROUTE =
  /^\/([^/]+)(\/oauth2\/v2\.0\/token|\/v2\.0\/\.well-known\/openid-configuration|\/discovery\/v2\.0\/keys)$/;
const OPERATIONS: Readonly<Record<string, EntraOperation>> = {
  "/oauth2/v2.0/token": "token",
  "/v2.0/.well-known/openid-configuration": "openidConfiguration",
  "/discovery/v2.0/keys": "signingKeys",
};

/** Entra's token endpoint and what leads to it: from a request to Entra's answer. */
export class EntraService {
  readonly #pipeline: Pipeline;
  readonly #directory: Directory;
  readonly #tokens: TokenEndpoint;
  readonly #signer: TokenSigner;
  readonly #statistics: Statistics;
  readonly #clock: Clock;

  constructor(
    parts: Readonly<{
      pipeline: Pipeline;
      directory: Directory;
      tokens: TokenEndpoint;
      signer: TokenSigner;
      statistics: Statistics;
      clock: Clock;
    }>,
  ) {
    this.#pipeline = parts.pipeline;
    this.#directory = parts.directory;
    this.#tokens = parts.tokens;
    this.#signer = parts.signer;
    this.#statistics = parts.statistics;
    this.#clock = parts.clock;
  }

  /** Answers the request if it is Entra's, and says whether it was. */
  async handle(exchange: Exchange): Promise<boolean> {
    const match = ROUTE.exec(exchange.path);
    const [, segment, path] = match ?? [];
    const operation = OPERATIONS[path ?? ""];
    if (segment === undefined || operation === undefined) return false;
    const sent = exchange.request.headers["client-request-id"];
    const correlationId =
      exchange.query.get("client-request-id") ?? (typeof sent === "string" ? sent : undefined);
    const headers = { "Cache-Control": "no-store, no-cache", Pragma: "no-cache" };
    const refuse = (error: EntraError): Answer => {
      if (operation === "token") this.#statistics.tokenRefused(error.code);
      return errorAnswer(error, correlationId, this.#clock.now());
    };
    await this.#pipeline.run(exchange, {
      target: { operation },
      perform: async () => {
        try {
          const body = await this.#perform(exchange, operation, decodeSegment(segment));
          return { status: 200, headers, body };
        } catch (error) {
          if (error instanceof BodyTooLarge) return { status: 413, headers: { Connection: "close" } };
          if (error instanceof EntraError) return { ...refuse(error), headers };
          throw error;
        }
      },
      faultAnswer: (fault) => faultAnswer(fault, refuse),
      failure: () => refuse(new EntraError(90033, 500, "server_error", "A transient error has occurred.")),
    });
    return true;
  }

  async #perform(exchange: Exchange, operation: EntraOperation, segment: string): Promise<unknown> {
    if (operation === "openidConfiguration") {
      const { id } = findTenant(this.#directory, segment, "invalid_tenant");
      return openidConfiguration(originOf(exchange.host), id);
    }
    if (operation === "signingKeys") {
      findTenant(this.#directory, segment);
      return { keys: [this.#signer.publicJwk()] };
    }
    if (exchange.method !== "POST") throw refusal.onlyPost(exchange.method);
    const body = await readBody(exchange.request, MAX_BODY_BYTES);
    const form = parseForm(exchange.request.headers["content-type"], body.toString("utf8"));
    const response = await this.#tokens.issue(segment, form);
    this.#statistics.tokenIssued();
    return response;
  }
}

/** A segment whose percent-encoding is broken stays as it is, and is then no tenant. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) return segment;
    throw error;
  }
}

function faultAnswer(fault: FaultAnswer, refuse: (error: EntraError) => Answer): Answer {
  const transient = fault.status === 429 ? 90055 : 90033;
  const answer = refuse(
    new EntraError(
      fault.aadsts ?? transient,
      fault.status,
      fault.code ?? "temporarily_unavailable",
      fault.message ?? `Local Azure answers with ${String(fault.status)} because a fault asks for it.`,
    ),
  );
  return fault.retryAfterSeconds === undefined
    ? answer
    : { ...answer, headers: { "Retry-After": String(fault.retryAfterSeconds) } };
}
