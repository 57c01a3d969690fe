import connectPgSimple from "connect-pg-simple";
import type { Logger } from "@kvsync/runtime";
import type { Pool } from "@kvsync/store";
import type { RequestHandler } from "express";
import session from "express-session";

/** What was sent to an identity provider, until its answer comes back. */
export type PendingSignIn = Readonly<{
  singleSignOnId: string;
  state: string;
  nonce: string;
  /** PKCE's, which the provider knows the hash of. */
  verifier: string;
  /** Where to go afterwards: a path of this site. */
  next: string;
  /** ms since 1970 */
  at: number;
}>;

/** The organisation that somebody signed in through. The session is for its workspace alone. */
export type Through = Readonly<{ singleSignOnId: string; workspaceId: string }>;

declare module "express-session" {
  interface SessionData {
    /** The person who signed in, how, and when (ms since 1970). */
    userId?: string;
    method?: "password" | "single-sign-on";
    signedInAt?: number;
    through?: Through;
    pending?: PendingSignIn;
  }
}

const LIFETIME_MS = 12 * 3_600_000;

/**
 * Browser sessions in PostgreSQL. The cookie can't be read by scripts, isn't sent along from other sites, and goes over
 * HTTPS only when the issuer is published over HTTPS.
 */
export function sessions(pool: Pool, secret: string, secure: boolean, logger: Logger): RequestHandler {
  const Store = connectPgSimple(session);
  return session({
    store: new Store({
      pool,
      tableName: "session",
      pruneSessionInterval: 15 * 60,
      errorLog: (...details: unknown[]) => {
        const error = details.find((detail) => detail instanceof Error);
        logger.warn({ err: error }, "the session store had trouble");
      },
    }),
    name: secure ? "__Host-kvsync" : "kvsync",
    secret,
    resave: false,
    saveUninitialized: false,
    rolling: true,
    cookie: { httpOnly: true, sameSite: "lax", secure, path: "/", maxAge: LIFETIME_MS },
  });
}
