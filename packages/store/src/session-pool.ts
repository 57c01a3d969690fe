import { Pool } from "pg";

export type { Pool } from "pg";

/** A small pool of its own for the session store, which speaks to pg directly. */
export function openSessionPool(url: string, onError: (error: Error) => void): Pool {
  const pool = new Pool({
    connectionString: url,
    max: 4,
    connectionTimeoutMillis: 5_000,
    application_name: "kvsync sessions",
  });
  pool.on("error", onError);
  return pool;
}
