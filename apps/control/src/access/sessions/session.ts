import connectPgSimple from "connect-pg-simple";
import type { Logger } from "@kvsync/runtime";
import type { Pool } from "@kvsync/store";
import type { RequestHandler } from "express";
import session from "express-session";

declare module "express-session" {
  interface SessionData {
    /** The person who signed in, how, and when (ms since 1970). */
    userId?: string;
    method?: "password" | "single-sign-on";
    signedInAt?: number;
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
