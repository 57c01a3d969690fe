import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Router, type RequestHandler } from "express";
import helmet from "helmet";
import { refuseOtherMethods } from "../http/methods.ts";
import { describeApi } from "./document.ts";

const PAGE = readFileSync(new URL("page.html", import.meta.url), "utf8");
const require = createRequire(import.meta.url);
const SWAGGER_UI = dirname(require.resolve("swagger-ui-dist/package.json"));
const ASSETS: Readonly<Record<string, string>> = {
  "page.css": import.meta.dirname,
  "page.js": import.meta.dirname,
  "swagger-ui.css": SWAGGER_UI,
  "swagger-ui-bundle.js": SWAGGER_UI,
};

/** Swagger UI styles by attributes, and has its icons in data addresses; everything else is of this server. */
const contentSecurity = helmet.contentSecurityPolicy({
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    styleSrcAttr: ["'unsafe-inline'"],
    imgSrc: ["'self'", "data:"],
    connectSrc: ["'self'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
  },
});

/** `/openapi.json`, the API's description, and `/docs`, the same as a page. Both are for anybody. */
export function apiDescriptionRoutes(): Router {
  const router = Router();
  let description: string | undefined;
  router.get("/openapi.json", (_request, response) => {
    // At its first reader's request: it takes half a second, which no start has to wait for.
    description ??= JSON.stringify(describeApi());
    response.type("json").set("cache-control", "public, max-age=300").send(description);
  });
  router.get("/docs", contentSecurity, (_request, response) => {
    response.type("html").set("cache-control", "public, max-age=300").send(PAGE);
  });
  router.use("/docs/assets", assets);
  return refuseOtherMethods(router);
}

/** Of what Swagger UI brings only what the page needs. */
const assets: RequestHandler = (request, response, next) => {
  const name = request.path.slice(1);
  const folder = Object.hasOwn(ASSETS, name) ? ASSETS[name] : undefined;
  if (folder === undefined || (request.method !== "GET" && request.method !== "HEAD")) next();
  else response.sendFile(join(folder, name), { maxAge: 300_000 });
};
