import { pingDatabase, type Database } from "@kvsync/store";
import { Router } from "express";
import type { Redis } from "ioredis";

const TIMEOUT_MS = 2_000;

/** `/livez`: the process answers. `/readyz`: PostgreSQL and Redis answer, or the names of what doesn't. */
export function healthRoutes(database: Database, redis: Redis): Router {
  const router = Router();
  const checks = { database: () => pingDatabase(database), redis: () => redis.ping() };
  router.get("/livez", (_request, response) => {
    response.set("cache-control", "no-store").json({ status: "alive" });
  });
  router.get("/readyz", async (_request, response) => {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => ((await answers(check)) ? [] : [name])),
    );
    const down = results.flat();
    response
      .status(down.length === 0 ? 200 : 503)
      .set("cache-control", "no-store")
      .json(down.length === 0 ? { status: "ready" } : { status: "not ready", down });
  });
  return router;
}

async function answers(check: () => Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, TIMEOUT_MS, false);
  });
  try {
    return await Promise.race([check().then(() => true), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
