import {
  RestError,
  retryPolicy,
  type PipelinePolicy,
  type PipelineResponse,
  type RetryStrategy,
} from "@azure/core-rest-pipeline";
import { isSameVault } from "@kvsync/contracts";
import { FailureError } from "../failure-error.ts";

/**
 * Lets a request out only to the vault itself. The SDK follows a list's `nextLink` to whatever host it names, with the
 * access token; this stands between. Sits before the retries, so that the request isn't even authorised.
 */
export function sameVaultPolicy(vaultUrl: string): PipelinePolicy {
  // Nearly all requests begin like this, and then there is no other way to read their host.
  const start = `${vaultUrl.replace(/\/$/, "")}/`;
  return {
    name: "sameVaultPolicy",
    sendRequest: async (request, next) => {
      if (!request.url.startsWith(start) && !isSameVault(request.url, vaultUrl))
        throw new FailureError({ code: "VAULT_CHALLENGE", fields: { host: new URL(vaultUrl).host } });
      return next(request);
    },
  };
}

/** `GET /secrets/{name}` and `/secrets/{name}/{version}`: what answers with a value. Lists and versions don't match. */
const READS_VALUE = /^\/secrets\/[^/]+\/?(?!versions\b)[^/]*\/?$/;

/**
 * Lets no request out that reads a value. The SDK makes one by itself: its recovery looks first whether the secret is
 * there, and goes on when that fails. So no run ever sees a vault's value, and needs no permission to.
 */
export const noValuesPolicy: PipelinePolicy = {
  name: "noValuesPolicy",
  sendRequest: async (request, next) => {
    if (request.method === "GET" && READS_VALUE.test(new URL(request.url).pathname))
      // The status by which the SDK goes on: its recovery takes the secret for not recovered yet.
      throw new RestError("this client reads no secret values", { statusCode: 404, code: "ReadsNoValues" });
    return next(request);
  },
};

/**
 * Lets a new client's requests go one at a time until one was let in or refused for itself. The SDK takes the value out of the
 * first one, to be asked for whom a token must be; those beside it would carry theirs without one (measured with
 * keyvault-common 2.1).
 */
export function firstAlonePolicy(): PipelinePolicy {
  let first: Promise<void> | undefined;
  let answered = false;
  const settle = async (response: Promise<PipelineResponse>): Promise<void> => {
    try {
      const { status } = await response;
      answered = status !== 401 && status !== 429 && status < 500;
    } catch {
      // Whoever sent it gets the error; the next in turn is the first one then.
    } finally {
      first = undefined;
    }
  };
  return {
    name: "firstAlonePolicy",
    sendRequest: async (request, next) => {
      for (let before = first; before !== undefined; before = first) await before;
      if (answered) return next(request);
      const response = next(request);
      first = settle(response);
      return response;
    },
  };
}

const TIMES_HEADER = "x-kvsync-times";

/** Times of a version in Unix seconds, as a write's headers take them to {@link exactTimesPolicy}. */
export function timesHeader(nbf: number | undefined, exp: number | undefined): Record<string, string> {
  return nbf === undefined && exp === undefined ? {} : { [TIMES_HEADER]: JSON.stringify({ nbf, exp }) };
}

/**
 * Puts a write's times into its body as they are, and takes their header off. The SDK alone serialises them with `| 0`,
 * by which those from 2038-01-19 on become others, and those from 2106 on can't be told from early ones (measured with
 * 4.12.0).
 */
export const exactTimesPolicy: PipelinePolicy = {
  name: "exactTimesPolicy",
  sendRequest: async (request, next) => {
    const header = request.headers.get(TIMES_HEADER);
    if (header !== undefined) {
      request.headers.delete(TIMES_HEADER);
      if (typeof request.body !== "string") throw new TypeError("a write with times has a body");
      const body = JSON.parse(request.body) as { attributes?: object };
      const times = JSON.parse(header) as object;
      request.body = JSON.stringify({ ...body, attributes: { ...body.attributes, ...times } });
    }
    return next(request);
  },
};

/** How long one request may take, in milliseconds. The SDK has no limit of its own. */
export const REQUEST_TIMEOUT_MS = 30_000;

/**
 * The SDK's own `timeout` ends at the answer's headers, and its timer is left behind, with the request, when the
 * connection fails (measured with core-rest-pipeline 1.24); this one covers the whole answer and is always cleared.
 */
export const timeLimitPolicy: PipelinePolicy = {
  name: "timeLimitPolicy",
  sendRequest: async (request, next) => {
    const outer = request.abortSignal as AbortSignal | undefined;
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), REQUEST_TIMEOUT_MS);
    // `AbortSignal.any` does the same for twice the time, and what it makes is left to the garbage collector.
    const follow = (): void => limit.abort(outer?.reason);
    if (outer?.aborted === true) follow();
    else outer?.addEventListener("abort", follow, { once: true });
    request.abortSignal = limit.signal;
    try {
      return await next(request);
    } finally {
      clearTimeout(timer);
      outer?.removeEventListener("abort", follow);
      if (outer === undefined) delete request.abortSignal;
      else request.abortSignal = outer;
    }
  },
};

const MAX_READ_RETRIES = 6;

/** How the reads of one vault are paced that are tried again. */
export type ReadPacing = Readonly<{
  /** Told when the vault throttles a read, with how long (ms) this one waits before it is tried again. */
  onThrottled: (ms: number) => void;
  /** Resolves when a read may be tried again. Rejects when the signal is aborted. */
  nextTurn: (signal: AbortSignal) => Promise<void>;
}>;

/** Full jitter under 0.5 s, 1 s, 2 s … 16 s, and never sooner than the vault asks. */
const readRetryStrategy = ({ onThrottled }: ReadPacing): RetryStrategy => ({
  name: "readRetryStrategy",
  retry: ({ retryCount, response, responseError }) => {
    const status = response?.status;
    const passes =
      status === undefined ? responseError?.code !== "ENOTFOUND" : status === 429 || status >= 500;
    if (!passes) return { skipStrategy: true };
    const asked = Number(response?.headers.get("retry-after") ?? 0) * 1000;
    const bound = Math.min(500 * 2 ** retryCount, 16_000);
    const retryAfterInMs = Math.max(bound * (0.1 + 0.9 * Math.random()), Number.isFinite(asked) ? asked : 0);
    if (status === 429) onThrottled(retryAfterInMs);
    return { retryAfterInMs };
  },
});

/**
 * Tries reads again, a list's pages above all: a list that had to begin anew for each failed page might never end.
 * Writes aren't tried again here; whether one arrived is looked up first, elsewhere. Unlike the SDK's own strategies
 * this one also tries again after a 429 without Retry-After, which is what Key Vault sends.
 */
export function readRetryPolicy(pacing: ReadPacing): PipelinePolicy {
  const retries = retryPolicy([readRetryStrategy(pacing)], { maxRetries: MAX_READ_RETRIES });
  return {
    name: "readRetryPolicy",
    sendRequest: async (request, next) => {
      if (request.method !== "GET") return next(request);
      const signal = (request.abortSignal as AbortSignal | undefined) ?? new AbortController().signal;
      let attempts = 0;
      return retries.sendRequest(request, async (again) => {
        // The first attempt's turn was taken before the request was made.
        attempts += 1;
        if (attempts > 1) await pacing.nextTurn(signal);
        return next(again);
      });
    },
  };
}
