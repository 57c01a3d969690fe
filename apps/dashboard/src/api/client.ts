import { failureOf, unreachable } from "./failure.ts";
import { sessionNumber, untilSignedInAgain } from "./session-end.ts";

export type RequestOptions = Readonly<{
  body?: unknown;
  signal?: AbortSignal | undefined;
  /** Makes a request that is sent twice act once: see {@link newIdempotencyKey}. */
  idempotencyKey?: string | undefined;
  /** The ETag of what is changed, so that nobody else's change is lost: 412 where there was one. */
  ifMatch?: string | undefined;
  /** For what is asked without a session: a 401 is then an answer like any other. */
  anonymous?: boolean | undefined;
}>;

/** An answer with the version of what it holds and, where that is a page of a list, where the list goes on. */
export type Tagged<Body> = Readonly<{ body: Body; etag: string | null; nextCursor: string | null }>;

/** A rate limit's pause that is short enough to sit out. */
const LONGEST_WAIT_S = 60;
const LIMITED_TRIES = 3;

/**
 * Asks control. A request that is refused because the session ended waits until its owner has signed in again, and is
 * then repeated; one that the rate limit refused waits as long as that says. Both did nothing yet, so both are safe.
 *
 * @throws {ApiFailure} for everything else that isn't a success
 */
export async function requestTagged<Body>(
  method: string,
  path: string,
  options: RequestOptions = {},
): Promise<Tagged<Body>> {
  for (let tries = 1; ; tries += 1) {
    const session = sessionNumber();
    const response = await send(method, path, options);
    if (response.ok) {
      const { headers } = response;
      const body = (await bodyOf(response, readAddress(method, path))) as Body;
      return { body, etag: headers.get("etag"), nextCursor: headers.get("next-cursor") };
    }
    const failure = await failureOf(response, readAddress(method, path));
    if (failure.status === 401 && options.anonymous !== true) {
      if (session === sessionNumber()) await untilSignedInAgain();
    } else if (failure.code === "RATE_LIMITED" && tries < LIMITED_TRIES && isShort(failure.retryAfter)) {
      await pause(failure.retryAfter, options.signal);
    } else {
      throw failure;
    }
    options.signal?.throwIfAborted();
  }
}

/** Like {@link requestTagged}, for answers whose version doesn't matter. @throws {ApiFailure} */
export async function request<Body>(method: string, path: string, options?: RequestOptions): Promise<Body> {
  return (await requestTagged<Body>(method, path, options)).body;
}

/** One for each time that somebody asks for something; the same for each try of that. */
export const newIdempotencyKey = (): string => crypto.randomUUID();

async function send(method: string, path: string, options: RequestOptions): Promise<Response> {
  const { body, idempotencyKey, ifMatch, signal } = options;
  const headers = new Headers({ accept: "application/json" });
  if (body !== undefined) headers.set("content-type", "application/json");
  if (idempotencyKey !== undefined) headers.set("idempotency-key", idempotencyKey);
  if (ifMatch !== undefined) headers.set("if-match", ifMatch);
  try {
    return await fetch(path, {
      method,
      headers,
      credentials: "same-origin",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw unreachable(error, readAddress(method, path));
  }
}

/** Undefined for an answer without a body. @throws {ApiFailure} where the body breaks off */
async function bodyOf(response: Response, address: string | null): Promise<unknown> {
  try {
    const text = await response.text();
    return text === "" ? undefined : (JSON.parse(text) as unknown);
  } catch (error) {
    throw unreachable(error, address);
  }
}

const readAddress = (method: string, path: string): string | null => (method === "GET" ? path : null);

const isShort = (retryAfter: number | null): retryAfter is number =>
  retryAfter !== null && retryAfter <= LONGEST_WAIT_S;

async function pause(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, seconds * 1000);
  signal?.addEventListener("abort", () => resolve(), { once: true });
  await promise;
  clearTimeout(timer);
}
