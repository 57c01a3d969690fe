import { randomUUID } from "node:crypto";
import { subjectOf } from "@kvsync/contracts";
import { SignJWT, type CryptoKey } from "jose";

/** The key that signs now. */
export type ActiveKey = Readonly<{ kid: string; privateKey: CryptoKey }>;

/** Whose assertion it is. The ids beside the sync's are for Azure's sign-in log; Entra doesn't match on them. */
export type AssertionSubject = Readonly<{
  syncId: string;
  workspaceId: string;
  projectId: string;
  environmentId: string;
}>;

/** Seconds. Entra's tolerance for clocks isn't documented, so the assertion begins a minute ago. */
const BACKDATED = 60;
const LIFETIME = 600;
/** The Azure SDK asks twice for each token. @see AssertionMint */
const MEMO_MS = 60_000;

/**
 * Mints the assertion that Entra exchanges for an access token: RS256, `typ` JWT, `kid`, `jti`, valid from a minute ago
 * for ten minutes from now. Source: Microsoft's “Workload identity federation” and “Certificate credentials” pages.
 */
export async function mintAssertion(
  key: ActiveKey,
  issuer: string,
  audience: string,
  subject: AssertionSubject,
  nowMs: number,
): Promise<string> {
  const now = Math.floor(nowMs / 1000);
  return new SignJWT({
    workspace_id: subject.workspaceId,
    project_id: subject.projectId,
    environment_id: subject.environmentId,
  })
    .setProtectedHeader({ alg: "RS256", typ: "JWT", kid: key.kid })
    .setIssuer(issuer)
    .setSubject(subjectOf(subject.syncId))
    .setAudience(audience)
    .setJti(randomUUID())
    .setIssuedAt(now)
    .setNotBefore(now - BACKDATED)
    .setExpirationTime(now + LIFETIME)
    .sign(key.privateKey);
}

/** Mints a sync's assertions and keeps each for about a minute, since the SDK asks twice per token. */
export class AssertionMint {
  readonly #mint: () => Promise<string>;
  readonly #now: () => number;
  #memo: { readonly assertion: Promise<string>; readonly until: number } | undefined;

  constructor(mint: () => Promise<string>, now: () => number = Date.now) {
    this.#mint = mint;
    this.#now = now;
  }

  async assertion(): Promise<string> {
    if (this.#memo === undefined || this.#now() >= this.#memo.until) {
      const assertion = this.#mint();
      this.#memo = { assertion, until: this.#now() + MEMO_MS };
      // A failure must not be kept for a minute.
      assertion.catch(() => this.forget());
    }
    return this.#memo.assertion;
  }

  /** Makes the next call mint anew. */
  forget(): void {
    this.#memo = undefined;
  }
}
