import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RequestHandler, Response } from "express";

/** Where `scripts/bootstrap.mjs`, or the image's build, puts the built dashboard. */
export const BUILT = fileURLToPath(new URL("../../../dashboard/dist", import.meta.url));
/** What the build writes where the nonce belongs; `apps/dashboard/vite.config.ts` says so too. */
const NONCE_PLACE = "kvsync-csp-nonce";

/** Answers with the dashboard, which draws the page that the address names. */
export const sendPage: RequestHandler = async (_request, response) => {
  await send(response, 200);
};

/** The dashboard's own not-found page, for a browser that asks for an address that is none. */
export const pageNotFound: RequestHandler = async (request, response, next) => {
  const reads = request.method === "GET" || request.method === "HEAD";
  // A client that takes anything, like curl, gets the error as JSON; only browsers name HTML.
  if (reads && request.accepts(["json", "html"]) === "html") await send(response, 404);
  else next();
};

/** The document is read anew each time: it names the hashed files of the build that stands now. */
async function send(response: Response, status: number): Promise<void> {
  const nonce = randomBytes(16).toString("base64");
  const document = await readFile(join(BUILT, "index.html"), "utf8");
  response
    .status(status)
    .type("html")
    .set("cache-control", "no-store")
    .set("content-security-policy", contentSecurityPolicy(nonce))
    .send(document.replaceAll(NONCE_PLACE, nonce));
}

/** Scripts and styles from here alone; style elements that the dashboard makes itself carry the answer's nonce. */
function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "connect-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join(";");
}
