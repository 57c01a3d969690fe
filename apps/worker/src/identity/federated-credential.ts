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
  readonly #request: TokenRequest;
  readonly #mint: AssertionMint;
  #credential: ClientAssertionCredential;

  constructor(cloud: Cloud, issuer: string, identity: FederatedIdentity, keys: ActiveKeySource) {
    const { tenantId, clientId, subject } = identity;
    this.#cloud = cloud;
    this.#identity = identity;
    this.#request = {
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

  /** @throws {FailureError} with an `ENTRA_…` code */
  async getToken(scopes: string | string[], options: GetTokenOptions = {}): Promise<AccessToken> {
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
      throw new FailureError(entraFailure(error, this.#request), { cause: error });
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
