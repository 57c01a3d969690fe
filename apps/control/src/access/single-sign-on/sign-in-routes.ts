import { idSchema, signInOptionsSchema } from "@kvsync/contracts/api";
import type { Logger } from "@kvsync/runtime";
import {
  findProvider,
  listProvidersOf,
  note,
  systemActor,
  type Database,
  type Person,
  type SingleSignOnRow,
} from "@kvsync/store";
import { Router, type Request, type RequestHandler, type Response } from "express";
import {
  authorizationCodeGrant,
  AuthorizationResponseError,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type Configuration,
} from "openid-client";
import { readJson } from "../../http/json-body.ts";
import { refuseOtherMethods } from "../../http/methods.ts";
import { parseBody } from "../../http/parse.ts";
import { noteOfPerson } from "../sessions/audit.ts";
import { beginSession, saveSession } from "../sessions/begin.ts";
import { safePath } from "../sessions/safe-path.ts";
import type { PendingSignIn } from "../sessions/session.ts";
import { admit, NotAdmitted, type Refusal } from "./admit.ts";
import { readClaims, type Claims } from "./claims.ts";
import type { Providers } from "./provider.ts";

/** How long (ms) somebody may take at the provider. */
const PATIENCE_MS = 10 * 60_000;
const method = "single-sign-on";
const CALLBACK = "/sign-in/sso/callback";

export type SingleSignOnDependencies = Readonly<{
  database: Database;
  providers: Providers;
  /** Whether the session's cookie goes over HTTPS only. */
  secure: boolean;
  logger: Logger;
}>;

type Problem = Refusal | "SSO_UNAVAILABLE" | "SSO_EXPIRED" | "SSO_DENIED" | "SSO_FAILED" | "HTTPS_NEEDED";

/** Where the provider sends browsers back to, on the host that this request came to. */
export const callbackUrl = (request: Request): string => `${request.protocol}://${request.host}${CALLBACK}`;

/** `/v1/sign-in/options`: which ways an address has to sign in. Tells nothing about whether it is anybody's. */
export function signInOptionRoutes(database: Database): Router {
  const router = Router();
  router.post("/sign-in/options", ...readJson, async (request, response) => {
    const { email } = parseBody(signInOptionsSchema, request);
    const providers = await listProvidersOf(database, email.slice(email.lastIndexOf("@") + 1));
    response.json({ password: true, singleSignOn: providers.map(({ id, name }) => ({ id, name })) });
  });
  return refuseOtherMethods(router);
}

/**
 * `/sign-in/sso`: OpenID Connect's authorization code flow with PKCE, state and nonce. What was sent is kept in the
 * browser's session until it comes back, once. Failures lead back to the sign-in page, with a code.
 */
export function singleSignOnRoutes(dependencies: SingleSignOnDependencies, limit: RequestHandler): Router {
  const { database, providers, secure, logger } = dependencies;
  const router = Router();

  // Before the other, whose parameter would take it.
  router.get(CALLBACK, limit, async (request, response) => {
    const { pending } = request.session;
    delete request.session.pending;
    await saveSession(request);
    const isOurs = pending !== undefined && request.query["state"] === pending.state;
    if (!isOurs || Date.now() - pending.at > PATIENCE_MS) fail(response, "SSO_EXPIRED");
    else await complete(request, response, pending);
  });

  router.get("/sign-in/sso/:id", limit, async (request, response) => {
    if (secure && !request.secure) return fail(response, "HTTPS_NEEDED");
    const id = idSchema.safeParse(request.params["id"]);
    const provider = id.success ? await findProvider(database, id.data) : null;
    if (provider === null) return fail(response, "SSO_UNAVAILABLE");
    let configuration: Configuration;
    try {
      configuration = await providers.of(provider);
    } catch (error) {
      logger.warn({ err: error, singleSignOnId: provider.id }, "an identity provider can't be used");
      return fail(response, "SSO_UNAVAILABLE");
    }
    const verifier = randomPKCECodeVerifier();
    const pending: PendingSignIn = {
      singleSignOnId: provider.id,
      state: randomState(),
      nonce: randomNonce(),
      verifier,
      next: safePath(request.query["next"]),
      at: Date.now(),
    };
    request.session.pending = pending;
    await saveSession(request);
    const address = buildAuthorizationUrl(configuration, {
      redirect_uri: callbackUrl(request),
      scope: "openid email profile",
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    });
    response.redirect(302, address.href);
  });

  async function complete(request: Request, response: Response, pending: PendingSignIn): Promise<void> {
    const provider = await findProvider(database, pending.singleSignOnId);
    if (provider === null) return fail(response, "SSO_EXPIRED");
    const at = new Date();
    const { id: singleSignOnId, workspaceId } = provider;
    try {
      const claims = await claimsOf(await providers.of(provider), request, pending);
      const person = await admitted(provider, claims);
      const session = { userId: person.id, method, at, through: { singleSignOnId, workspaceId } } as const;
      const memberships = person.memberships.filter((membership) => membership.workspaceId === workspaceId);
      await database.$transaction((transaction) =>
        noteOfPerson(transaction, { ...person, memberships }, "session.begun", { method }),
      );
      await beginSession(request, session, secure);
    } catch (error) {
      return fail(response, problemOf(error, singleSignOnId));
    }
    response.redirect(303, pending.next);
  }

  /** Whom the claims are of. One who isn't let in is noted in the organisation's log. */
  async function admitted(provider: SingleSignOnRow, claims: Claims): Promise<Person> {
    try {
      return await admit(database, provider, claims);
    } catch (error) {
      if (!(error instanceof NotAdmitted)) throw error;
      const { workspaceId } = provider;
      const who = claims.verifiedEmail ?? "";
      const fields = { method, reason: error.refusal };
      await database.$transaction((transaction) =>
        note(transaction, [
          { workspaceId, actor: systemActor, anonymous: who, action: "session.refused", fields },
        ]),
      );
      throw error;
    }
  }

  function problemOf(error: unknown, singleSignOnId: string): Problem {
    if (error instanceof NotAdmitted) {
      logger.info({ singleSignOnId, refusal: error.refusal }, "single sign-on: not admitted");
      return error.refusal;
    }
    if (error instanceof AuthorizationResponseError && error.error === "access_denied") return "SSO_DENIED";
    logger.warn({ err: error, singleSignOnId }, "single sign-on failed");
    return "SSO_FAILED";
  }

  return refuseOtherMethods(router);
}

function fail(response: Response, problem: Problem): void {
  response.redirect(303, `/sign-in?problem=${problem}`);
}

/** Exchanges the code and reads who it is; issuer, audience, signature, nonce and times are checked by the library. */
async function claimsOf(
  configuration: Configuration,
  request: Request,
  { state, nonce, verifier }: PendingSignIn,
): Promise<Claims> {
  const url = new URL(callbackUrl(request));
  url.search = new URL(request.originalUrl, url).search;
  const tokens = await authorizationCodeGrant(configuration, url, {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: verifier,
    idTokenExpected: true,
  });
  const claims = tokens.claims() ?? {};
  const read = readClaims(claims);
  if ("email" in claims || configuration.serverMetadata().userinfo_endpoint === undefined) return read;
  const more = await fetchUserInfo(configuration, tokens.access_token, read.subject);
  return readClaims({ ...more, ...claims });
}
