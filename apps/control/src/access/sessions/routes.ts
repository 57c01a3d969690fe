import { ApiError, type AuditAction } from "@kvsync/contracts";
import { changePasswordSchema, signInSchema } from "@kvsync/contracts/api";
import {
  changePassword,
  findPerson,
  findPersonByEmail,
  type AuditFields,
  type Database,
  type Person,
} from "@kvsync/store";
import { Router, type RequestHandler } from "express";
import { readJson } from "../../http/json-body.ts";
import { refuseOtherMethods } from "../../http/methods.ts";
import { parseBody } from "../../http/parse.ts";
import { callerByPerson } from "../caller.ts";
import { checkPassword, type Guess } from "../passwords/check.ts";
import { hashPassword } from "../passwords/argon2.ts";
import { requireSignIn } from "../principal.ts";
import { noteOfPerson, noteRefusal } from "./audit.ts";
import { beginSession, endOfSession, endSession, requireHttps, type SignedIn } from "./begin.ts";
import { ownOrigin } from "./own-origin.ts";
import { personIn } from "./person.ts";
import { presentSession } from "./presentation.ts";

export type SessionDependencies = Readonly<{
  database: Database;
  /** Whether the session's cookie goes over HTTPS only. */
  secure: boolean;
  /** Finds out who asks. */
  identify: RequestHandler;
  /** Limits how often an address gives a wrong password. */
  limitFailures: RequestHandler;
}>;

/** `/v1/session`: signing in with a password, who is signed in, signing out; and one's password. */
export function sessionRoutes({ database, secure, identify, limitFailures }: SessionDependencies): Router {
  const router = Router();

  router.get("/session", identify, (request, response) => {
    response.json(presentSession(personIn(request), endOfSession(request)));
  });

  // First of all where it comes from: another site must not use up its visitor's attempts, nor sign them in or out.
  router.post("/session", ownOrigin, limitFailures, ...readJson, async (request, response) => {
    const { email, password } = parseBody(signInSchema, request);
    requireHttps(request, secure);
    const at = new Date();
    const guess = await guessAt(email, password);
    if (guess.right === null) {
      await noteRefused(email, guess.person, "password");
      throw new ApiError(401, "SIGN_IN_FAILED", "This e-mail address and password don't belong together.");
    }
    const method = "password";
    await noteSignIn(guess.right, "session.begun", { method });
    const expiresAt = await beginSession(request, { userId: guess.right.id, method, at }, secure);
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

  async function guessAt(email: string, password: string): Promise<Guess> {
    try {
      return await checkPassword(database, email, password);
    } catch (error) {
      if (error instanceof ApiError && error.code === "SIGN_IN_LOCKED")
        await noteRefused(email, await findPersonByEmail(database, email), "locked");
      throw error;
    }
  }

  async function noteRefused(
    email: string,
    person: Person | null,
    reason: "password" | "locked",
  ): Promise<void> {
    const fields = { method: "password", reason };
    await database.$transaction((transaction) => noteRefusal(transaction, email, person, fields));
  }

  async function noteSignIn(person: Person, action: AuditAction, fields?: AuditFields): Promise<void> {
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
