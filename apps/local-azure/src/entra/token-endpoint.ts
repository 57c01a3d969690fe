import type { Clock } from "../clock.ts";
import type { Directory } from "../directory/directory.ts";
import type { Application, ServicePrincipal, Tenant } from "../directory/model.ts";
import type { Knobs } from "../knobs/knobs.ts";
import { checkSignature, checkTimes, matchCredential, parseAssertion } from "./assertion.ts";
import { refusal } from "./errors.ts";
import type { Form } from "./form.ts";
import type { IssuerKeys } from "./issuer-keys.ts";
import { requestedResource } from "./scope.ts";
import type { TokenSigner } from "./token-signer.ts";

const JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const DOMAIN = /^(?=.{4,253}$)(?:[0-9a-z](?:[0-9a-z-]{0,61}[0-9a-z])?\.)+[0-9a-z-]{2,63}$/i;
/** Whoever signs in as these is Entra itself. */
const ENTRA_ISSUERS =
  /^https:\/\/(?:sts\.windows\.net|login\.microsoftonline\.(?:com|us)|login\.windows\.net)\//;

export type TokenResponse = Readonly<{
  token_type: "Bearer";
  expires_in: number;
  ext_expires_in: number;
  access_token: string;
}>;

/**
 * Finds the tenant that a URL names.
 *
 * @throws {EntraError} 900023 when it is neither a GUID nor a domain, 90002 when there is none of that name
 */
export function findTenant(directory: Directory, segment: string, error = "invalid_request"): Tenant {
  if (!GUID.test(segment) && !DOMAIN.test(segment)) throw refusal.tenantMalformed(segment);
  const tenant = directory.tenant(segment);
  if (tenant === undefined) throw refusal.tenantNotFound(segment, error);
  return tenant;
}

/** Exchanges federated assertions for access tokens. */
export class TokenEndpoint {
  readonly #directory: Directory;
  readonly #issuerKeys: IssuerKeys;
  readonly #signer: TokenSigner;
  readonly #clock: Clock;
  readonly #knobs: Knobs;
  readonly #resources: ReadonlySet<string>;

  /** @param resources what tokens may be asked for, for example `https://vault.azure.net` */
  constructor(
    parts: Readonly<{
      directory: Directory;
      issuerKeys: IssuerKeys;
      signer: TokenSigner;
      clock: Clock;
      knobs: Knobs;
      resources: readonly string[];
    }>,
  ) {
    this.#directory = parts.directory;
    this.#issuerKeys = parts.issuerKeys;
    this.#signer = parts.signer;
    this.#clock = parts.clock;
    this.#knobs = parts.knobs;
    this.#resources = new Set(parts.resources);
  }

  /**
   * Answers a token request. The order of the checks isn't documented by Microsoft; this one goes from the request
   * over the client to the assertion, and asks the issuer last.
   *
   * @throws {EntraError}
   */
  async issue(tenantSegment: string, form: Form): Promise<TokenResponse> {
    const tenant = findTenant(this.#directory, tenantSegment);
    const grant = form.require("grant_type");
    if (grant !== "client_credentials") throw refusal.grantUnsupported(grant);
    const clientId = form.require("client_id");
    const resource = requestedResource(form.require("scope"));
    const { application, principal } = this.#client(tenant, clientId);
    await this.#authenticate(application, form);
    if (!this.#resources.has(resource)) throw refusal.resourceNotFound(resource, tenant.displayName);
    const lifetime = this.#knobs.values.token.lifetimeSeconds;
    return {
      token_type: "Bearer",
      expires_in: lifetime,
      ext_expires_in: lifetime,
      access_token: await this.#signer.sign(
        { tenantId: tenant.id, appId: application.appId, principalId: principal.id, resource },
        this.#clock.seconds(),
        lifetime,
      ),
    };
  }

  #client(
    tenant: Tenant,
    clientId: string,
  ): Readonly<{ application: Application; principal: ServicePrincipal }> {
    const application = this.#directory.applicationByAppId(clientId);
    const principal = this.#directory.principalByAppId(clientId);
    if (application?.tenantId !== tenant.id || principal?.tenantId !== tenant.id) {
      throw refusal.applicationNotFound(clientId, tenant.displayName);
    }
    if (application.isDisabled || !principal.accountEnabled) {
      throw refusal.applicationDisabled(application.appId, application.displayName);
    }
    return { application, principal };
  }

  async #authenticate(application: Application, form: Form): Promise<void> {
    const token = form.get("client_assertion");
    const secret = form.get("client_secret");
    if (token === undefined && secret === undefined) throw refusal.credentialMissing();
    if (application.isFallbackPublicClient) throw refusal.publicClient();
    if (token === undefined) throw refusal.secretInvalid(application.appId);
    if (form.require("client_assertion_type") !== JWT_BEARER) throw refusal.credentialMissing();

    const assertion = parseAssertion(token);
    if (assertion.issuer.toLowerCase() === application.appId.toLowerCase()) {
      throw refusal.assertionOfCertificate();
    }
    if (ENTRA_ISSUERS.test(assertion.issuer)) throw refusal.assertionOfEntra();
    const now = this.#clock.now();
    const credentials = application.federatedCredentials.filter(({ visibleAt }) => visibleAt <= now);
    if (credentials.length === 0) throw refusal.noFederatedCredentials(application.appId);
    matchCredential(credentials, assertion);
    checkTimes(assertion, now);
    await checkSignature(assertion, await this.#issuerKeys.of(assertion.issuer, assertion.kid));
  }
}
