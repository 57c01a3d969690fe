import { existsSync } from "node:fs";
import { join } from "node:path";
import { Router, static as serveFiles } from "express";
import { refuseOtherMethods } from "../http/methods.ts";
import { BUILT, sendPage } from "./page.ts";
import { PAGE_PATHS } from "./paths.ts";

/**
 * The dashboard: its files, and its document under the address of every page. The document holds nothing of anybody, so
 * it needs no session: the page asks the API, and shows the sign-in to who isn't signed in.
 *
 * @throws {Error} where the dashboard isn't built
 */
export function dashboardRoutes(): Router {
  if (!existsSync(join(BUILT, "index.html")))
    throw new Error("the dashboard isn't built; “node scripts/bootstrap.mjs” builds it");
  const router = Router();
  // Their names hold a hash of what is in them, so a browser need never ask again.
  router.use(
    "/assets",
    serveFiles(join(BUILT, "assets"), { index: false, redirect: false, immutable: true, maxAge: "1y" }),
  );
  for (const path of PAGE_PATHS) router.get(path, sendPage);
  for (const file of ["first-paint.js", "favicon.svg"])
    router.get(`/${file}`, (_request, response) => {
      response.set("cache-control", "public, max-age=300").sendFile(file, { root: BUILT });
    });
  return refuseOtherMethods(router);
}
