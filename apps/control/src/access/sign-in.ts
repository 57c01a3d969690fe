import { ApiError } from "@kvsync/contracts";
import { findValidToken, type Database } from "@kvsync/store";
import { Router, urlencoded, type Request, type RequestHandler } from "express";
import { rateLimit } from "express-rate-limit";
import { z } from "zod";
import { refuseOtherMethods } from "../http/methods.ts";
import { page } from "../pages/page.ts";
import { refuseForeignOrigin } from "./authenticate.ts";
import { hashToken, isToken } from "./token.ts";

const formSchema = z.strictObject({ token: z.string().max(200), next: z.string().max(500).optional() });

/**
 * `/sign-in` and `/sign-out`: a browser signs in with a token, which the session then stands for.
 *
 * @param secure whether the session's cookie goes over HTTPS only
 * @param signInPage answers with the page to sign in on
 */
export function signInRoutes(database: Database, secure: boolean, signInPage: RequestHandler): Router {
  const router = Router();
  const limit = rateLimit({
    windowMs: 60_000,
    limit: 10,
    standardHeaders: true,
    legacyHeaders: false,
    skipSuccessfulRequests: true,
    handler: (_request, response) => {
      const problem = "There were too many attempts from your address. Wait a minute and try again.";
      response.status(429).type("html").send(form("/", problem));
    },
  });

  router.get("/sign-in", signInPage);

  // First of all where it comes from: another site must not use up its visitor's attempts.
  const ownOrigin: RequestHandler = (request, _response, next) => {
    refuseForeignOrigin(request);
    next();
  };
  const readForm = urlencoded({ extended: false, limit: "4kb" });

  router.post("/sign-in", ownOrigin, limit, readForm, async (request, response) => {
    const input = formSchema.safeParse(request.body);
    const token = input.success ? input.data.token.trim() : "";
    const next = safePath(input.success ? input.data.next : undefined);
    const row = isToken(token) ? await findValidToken(database, { hash: hashToken(token) }) : null;
    if (row === null) {
      response
        .status(401)
        .type("html")
        .send(form(next, "This token isn't valid. It may have been revoked, or have expired."));
      return;
    }
    if (secure && !request.secure) {
      const problem =
        "No session can begin, because this request didn't come over HTTPS. Behind a proxy, set TRUST_PROXY.";
      response.status(400).type("html").send(form(next, problem));
      return;
    }
    await renew(request);
    request.session.tokenId = row.id;
    await save(request);
    response.redirect(303, next);
  });

  router.post("/sign-out", ownOrigin, async (request, response) => {
    await new Promise<void>((resolve, reject) => {
      request.session.destroy((error: unknown) => (error instanceof Error ? reject(error) : resolve()));
    });
    response.redirect(303, "/sign-in");
  });
  return refuseOtherMethods(router);
}

/** A new session id at each sign-in, so that one planted before is worth nothing. */
async function renew(request: Request): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    request.session.regenerate((error: unknown) => (error instanceof Error ? reject(error) : resolve()));
  });
}

async function save(request: Request): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    request.session.save((error: unknown) => (error instanceof Error ? reject(error) : resolve()));
  });
}

/** Only a path of this site, so that nobody is sent elsewhere after signing in. */
function safePath(next: unknown): string {
  if (typeof next !== "string" || !next.startsWith("/") || next.includes("\\")) return "/";
  const url = URL.parse(next, "http://here.invalid");
  // “/.//elsewhere” is a path of this site for a URL, and as “//elsewhere” another site for a browser.
  if (url?.origin !== "http://here.invalid" || url.pathname.startsWith("//")) return "/";
  return url.pathname + url.search;
}

function form(next: string, problem?: string): string {
  return page("Sign in", ({ escape }) => {
    const alert =
      problem === undefined ? "" : `<p class="problem" role="alert" id="problem">${escape(problem)}</p>`;
    return `<main class="narrow"><h1>Sign in</h1>
<p>Sign in with an API token of your workspace. At the first start the admin token was written to a file.</p>
${alert}<form method="post" action="/sign-in">
<input type="hidden" name="next" value="${escape(next)}">
<label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus
  placeholder="ek_live_…"${problem === undefined ? "" : ' aria-invalid="true" aria-describedby="problem"'}>
<button type="submit">Sign in</button></form></main>`;
  });
}

/** For pages: sends whoever isn't signed in to the sign-in, and back afterwards. */
export function signInAddress(request: Request): string {
  if (request.method !== "GET") throw new ApiError(401, "UNAUTHENTICATED", "Invalid or expired token");
  return `/sign-in?next=${encodeURIComponent(request.originalUrl)}`;
}
