import { ApiError, type AuditAction } from "@kvsync/contracts";
import { changePasswordSchema, signInSchema } from "@kvsync/contracts/api";
import { changePassword, findPerson, type Database, type Person } from "@kvsync/store";
import { Router, type Request, type RequestHandler } from "express";
import { rateLimit } from "express-rate-limit";
import { addressOf } from "../../http/address.ts";
import { readJson } from "../../http/json-body.ts";
import { refuseOtherMethods } from "../../http/methods.ts";
import { parseBody } from "../../http/parse.ts";
import { refuseForeignOrigin } from "../authenticate.ts";
import { callerByPerson } from "../caller.ts";
import { checkPassword, signInLocked } from "../passwords/check.ts";
import { hashPassword } from "../passwords/argon2.ts";
import { callerOf, requireSignIn, type Caller } from "../principal.ts";
import { noteOfPerson } from "./audit.ts";
import { beginSession, endOfSession, endSession, requireHttps, type SignedIn } from "./begin.ts";
import { presentSession } from "./presentation.ts";

export type SessionDependencies = Readonly<{
  database: Database;
  /** Whether the session's cookie goes over HTTPS only. */
  secure: boolean;
  /** Finds out who asks. */
  identify: RequestHandler;
}>;

/** `/v1/session`: signing in with a password, who is signed in, signing out; and one's password. */
export function sessionRoutes({ database, secure, identify }: SessionDependencies): Router {
  const router = Router();

  router.get("/session", identify, (request, response) => {
    response.json(presentSession(personIn(request), endOfSession(request)));
  });

  // First of all where it comes from: another site must not use up its visitor's attempts, nor sign them in or out.
  router.post("/session", ownOrigin, limitFailures(), ...readJson, async (request, response) => {
    const { email, password } = parseBody(signInSchema, request);
    requireHttps(request, secure);
    const at = new Date();
    const guess = await checkPassword(database, email, password);
    if (guess.right === null) {
      if (guess.person !== null) await noteSignIn(guess.person, "session.refused");
      throw new ApiError(401, "SIGN_IN_FAILED", "This e-mail address and password don't belong together.");
    }
    const method = "password";
    const expiresAt = await beginSession(request, { userId: guess.right.id, method, at }, secure);
    await noteSignIn(guess.right, "session.begun", { method });
    const caller = { ...callerByPerson(guess.right, method, expiresAt), userId: guess.right.id };
    response.status(201).json(presentSession(caller, expiresAt));
  });

  router.delete("/session", ownOrigin, async (request, response) => {
    const { userId } = request.session;
    const person = userId === undefined ? null : await findPerson(database, userId);
    await endSession(request);
    if (person !== null) await noteSignIn(person, "session.ended");
    response.status(204).end();
  });

  router.post("/session/password", identify, requireSignIn, ...readJson, async (request, response) => {
    const { current, password } = parseBody(changePasswordSchema, request);
    const { userId } = personIn(request);
    const person = await findPerson(database, userId);
    if (person?.passwordHash == null)
      throw new ApiError(
        400,
        "NO_PASSWORD",
        "You sign in through your organisation, and have no password here.",
      );
    const { right } = await checkPassword(database, person.email, current);
    if (right === null) throw new ApiError(400, "PASSWORD_WRONG", "current: isn't your password");
    await beginSession(request, await changeTo(right, password), secure);
    response.status(204).end();
  });

  async function noteSignIn(
    person: Person,
    action: AuditAction,
    fields?: Readonly<Record<string, string>>,
  ): Promise<void> {
    await database.$transaction((transaction) => noteOfPerson(transaction, person, action, fields));
  }

  async function changeTo(person: Person, password: string): Promise<SignedIn> {
    const passwordHash = await hashPassword(password);
    const at = new Date();
    await database.$transaction(async (transaction) => {
      await changePassword(transaction, person.id, passwordHash, at);
      await noteOfPerson(transaction, person, "password.changed");
    });
    return { userId: person.id, method: "password", at };
  }

  return refuseOtherMethods(router);
}

/** Who is signed in in this browser. @throws {ApiError} 401 also for a token, which has no session */
function personIn(request: Request): Caller & { readonly userId: string } {
  const caller = callerOf(request);
  const { userId, method } = caller;
  if (userId === null || method === "token")
    throw new ApiError(401, "UNAUTHENTICATED", "Sign in first: a token has no session");
  return { ...caller, userId };
}

const ownOrigin: RequestHandler = (request, _response, next) => {
  refuseForeignOrigin(request);
  next();
};

/** Ten wrong passwords a minute by address, whichever accounts they are for. */
function limitFailures(): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: 10,
    standardHeaders: false,
    legacyHeaders: false,
    skipSuccessfulRequests: true,
    requestWasSuccessful: (_request, { statusCode }) => statusCode !== 401,
    keyGenerator: addressOf,
    handler: (_request, _response, next) => {
      next(signInLocked(new Date(Date.now() + 60_000)));
    },
  });
}
