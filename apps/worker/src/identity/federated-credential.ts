import {
  ClientAssertionCredential,
  type AccessToken,
  type GetTokenOptions,
  type TokenCredential,
} from "@azure/identity";
import { subjectOf, type Cloud } from "@kvsync/contracts";
import { FailureError } from "../failure-error.ts";
import { AssertionMint, mintAssertion, type AssertionSubject } from "./assertion.ts";
import { entraFailure, type TokenRequest } from "./entra-failure.ts";
import type { ActiveKeySource } from "./signing.ts";

export type FederatedIdentity = Readonly<{ tenantId: string; clientId: string; subject: AssertionSubject }>;

/** How long a token request may take, in milliseconds. The SDK has no limit of its own. */
const TIMEOUT_MS = 20_000;

/**
 * A sync's sign-in to Azure: mints an assertion and has Entra exchange it for an access token. Tokens are cached by the
 * SDK until shortly before they expire. Every error is a {@link FailureError}.
 */
export class FederatedCredential implements TokenCredential {
  readonly #cloud: Cloud;
  readonly #identity: FederatedIdentity;
  readonly #details: TokenRequest;
  readonly #mint: AssertionMint;
  readonly #lastTokens = new Map<string, AccessToken>();
  #credential: ClientAssertionCredential;

  constructor(cloud: Cloud, issuer: string, identity: FederatedIdentity, keys: ActiveKeySource) {
    const { tenantId, clientId, subject } = identity;
    this.#cloud = cloud;
    this.#identity = identity;
    this.#details = {
      issuer,
      subject: subjectOf(subject.syncId),
      audience: cloud.audience,
      tenantId,
      clientId,
      authorityHost: cloud.authorityHost,
    };
    this.#mint = new AssertionMint(async () =>
      mintAssertion(await keys.active(), issuer, cloud.audience, subject, Date.now()),
    );
    this.#credential = this.#create();
  }

  /** Mints an assertion, or gives the one of the last minute. @throws {FailureError} */
  async assertion(): Promise<string> {
    return this.#mint.assertion();
  }

  /**
   * Gives a token, or the one given last as long as that was still good when this was called: Azure's SDK renews a token
   * in the background while it uses the old one, and a refusal there would be nobody's to catch and end the process.
   *
   * @throws {FailureError} with an `ENTRA_…` code, or `VAULT_OTHER_TENANT` when the vault asks for another tenant's token
   */
  async getToken(scopes: string | string[], options: GetTokenOptions = {}): Promise<AccessToken> {
    const { tenantId } = this.#identity;
    if (options.tenantId !== undefined && options.tenantId.toLowerCase() !== tenantId)
      throw new FailureError({ code: "VAULT_OTHER_TENANT", fields: {} });
    const kind = JSON.stringify([scopes, options.enableCae ?? false]);
    const last = options.claims === undefined ? this.#lastTokens.get(kind) : undefined;
    const fallback = last !== undefined && last.expiresOnTimestamp > Date.now() ? last : undefined;
    try {
      const token = await this.#request(scopes, options);
      this.#lastTokens.set(kind, token);
      return token;
    } catch (error) {
      if (fallback !== undefined) return fallback;
      throw error;
    }
  }

  async #request(scopes: string | string[], options: GetTokenOptions): Promise<AccessToken> {
    const limit = AbortSignal.timeout(TIMEOUT_MS);
    const abortSignal =
      options.abortSignal === undefined
        ? limit
        : AbortSignal.any([limit, options.abortSignal as AbortSignal]);
    try {
      return await this.#credential.getToken(scopes, { ...options, abortSignal });
    } catch (error) {
      // The SDK keeps some refusals for a minute and more and answers with them without asking again; a new one doesn't.
      this.#credential = this.#create();
      this.#mint.forget();
      const own = ownFailureIn(error);
      if (own !== undefined) throw own;
      const refusal = await this.#refusedDiscovery(error);
      throw new FailureError(entraFailure(refusal ?? error, this.#details), { cause: error });
    }
  }

  /**
   * Under a custom authority the SDK first asks for the tenant's metadata, and of a refusal there it tells nothing. Asked
   * again, Entra says why.
   */
  async #refusedDiscovery(error: unknown): Promise<Error | undefined> {
    if (
      this.#cloud.instanceDiscovery ||
      !(error instanceof Error) ||
      !/endpoints_resolution/.test(allMessages(error))
    )
      return undefined;
    try {
      const { authorityHost } = this.#cloud;
      const response = await fetch(
        `${authorityHost}/${this.#identity.tenantId}/v2.0/.well-known/openid-configuration`,
        {
          signal: AbortSignal.timeout(TIMEOUT_MS),
        },
      );
      if (response.ok) return undefined;
      return Object.assign(new Error(await response.text()), { status: response.status });
    } catch {
      // It can't be reached at all, which is what the SDK's own error then means.
      return undefined;
    }
  }

  #create(): ClientAssertionCredential {
    const { tenantId, clientId } = this.#identity;
    return new ClientAssertionCredential(tenantId, clientId, () => this.#mint.assertion(), {
      authorityHost: this.#cloud.authorityHost,
      disableInstanceDiscovery: !this.#cloud.instanceDiscovery,
    });
  }
}

/** A failure of our own minting that the SDK wrapped. */
function ownFailureIn(error: unknown): FailureError | undefined {
  for (let link = error, depth = 0; link instanceof Error && depth < 6; link = link.cause, depth += 1)
    if (link instanceof FailureError) return link;
  return undefined;
}

function allMessages(error: Error): string {
  let messages = "";
  for (
    let link: unknown = error, depth = 0;
    link instanceof Error && depth < 6;
    link = link.cause, depth += 1
  )
    messages += `${link.name} ${link.message} `;
  return messages;
}
