import { createHash, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { type Answer, BodyTooLarge, type Exchange, hasBody, readBody, send } from "../http/exchange.ts";
import { errorAnswer, ManagementError } from "./errors.ts";

const MAX_BODY_BYTES = 64 * 1024 * 1024;

export type ManagementCall = Readonly<{
  exchange: Exchange;
  /** The pattern's groups, decoded. */
  parameters: readonly string[];
  /** The parsed JSON body; undefined where there was none. */
  body: unknown;
}>;

export type ManagementRoute = Readonly<{
  method: string;
  /** Held against the decoded path without a trailing slash. */
  pattern: RegExp;
  handle: (call: ManagementCall) => Answer | Promise<Answer>;
  /** Answers without the admin key. */
  open?: boolean;
}>;

/** Management, knobs and statistics: everything for whoever holds the admin key. */
export class ManagementRouter {
  readonly #routes: readonly ManagementRoute[];
  readonly #keyDigest: Buffer;

  constructor(adminKey: string, routes: readonly ManagementRoute[]) {
    this.#routes = routes;
    this.#keyDigest = digest(adminKey);
  }

  async handle(exchange: Exchange): Promise<void> {
    send(exchange.response, await this.#answer(exchange));
  }

  async #answer(exchange: Exchange): Promise<Answer> {
    try {
      const path = decodedPath(exchange.path);
      const here = this.#routes.filter(({ pattern }) => pattern.test(path));
      const route = here.find(({ method }) => method === exchange.method);
      if (route?.open !== true) this.#checkKey(exchange);
      if (here.length === 0) {
        throw new ManagementError(404, "NotFound", `There is nothing at ${exchange.method} ${path}.`);
      }
      if (route === undefined) {
        const allowed = here.map(({ method }) => method).join(", ");
        throw new ManagementError(405, "MethodNotAllowed", `Allowed here: ${allowed}.`);
      }
      const [, ...parameters] = route.pattern.exec(path) ?? [];
      return await route.handle({ exchange, parameters, body: await readJson(exchange) });
    } catch (error) {
      if (error instanceof ManagementError) return errorAnswer(error);
      if (error instanceof z.ZodError) {
        return errorAnswer(new ManagementError(400, "BadRequest", z.prettifyError(error)));
      }
      throw error;
    }
  }

  #checkKey({ request }: Exchange): void {
    const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
    if (given !== undefined && timingSafeEqual(digest(given), this.#keyDigest)) return;
    throw new ManagementError(
      401,
      "InvalidAuthenticationToken",
      "Management wants the admin key: Authorization: Bearer <LOCAL_AZURE_ADMIN_KEY>.",
    );
  }
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function decodedPath(path: string): string {
  try {
    const decoded = decodeURIComponent(path);
    return decoded.length > 1 && decoded.endsWith("/") ? decoded.slice(0, -1) : decoded;
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw new ManagementError(400, "BadRequest", "The path's percent-encoding is broken.");
  }
}

async function readJson({ request }: Exchange): Promise<unknown> {
  if (!hasBody(request)) return undefined;
  try {
    const bytes = await readBody(request, MAX_BODY_BYTES);
    return bytes.length === 0 ? undefined : JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    if (error instanceof BodyTooLarge) {
      throw new ManagementError(413, "RequestEntityTooLarge", error.message);
    }
    if (!(error instanceof SyntaxError)) throw error;
    // The parser's message would quote the body.
    throw new ManagementError(400, "BadRequest", "The request body is not valid JSON.");
  }
}
