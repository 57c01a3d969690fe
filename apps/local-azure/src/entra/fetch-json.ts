import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { getCACertificates } from "node:tls";
import { isLoopbackHost } from "../http/addresses.ts";

const MAX_BYTES = 1_048_576;

/** The document couldn't be had: unreachable, redirected, not JSON, too slow, too large. */
export class FetchFailed extends Error {
  override readonly name = "FetchFailed";
}

export type FetchPolicy = Readonly<{
  timeoutMs: number;
  /** Authorities trusted besides those of the process. */
  extraCa: readonly string[];
  /** Host names that may be fetched from without TLS although they aren't loopback. */
  plainHttpHosts: readonly string[];
}>;

/**
 * Fetches a JSON document as Entra does: no redirects, no credentials, `application/json` required, within the
 * timeout altogether. Plain HTTP only from loopback and the hosts that the policy names.
 *
 * @throws {FetchFailed}
 */
export async function fetchJson(address: string, policy: FetchPolicy): Promise<unknown> {
  const url = parsed(address);
  if (
    url.protocol === "http:" &&
    !isLoopbackHost(url.hostname) &&
    !policy.plainHttpHosts.includes(url.hostname)
  ) {
    throw new FetchFailed("Plain http is accepted from loopback only.");
  }
  const text = await get(url, policy);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FetchFailed("The document isn't JSON.", { cause: error });
  }
}

function parsed(address: string): URL {
  const url = URL.parse(address);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new FetchFailed("The address isn't an http or https URL.");
  }
  return url;
}

function get(url: URL, { timeoutMs, extraCa }: FetchPolicy): Promise<string> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const options = { signal, agent: false, headers: { accept: "application/json" } };
    const request =
      url.protocol === "https:"
        ? httpsRequest(url, { ...options, ca: [...getCACertificates("default"), ...extraCa] })
        : httpRequest(url, options);
    const fail = (error: unknown): void => {
      request.destroy();
      reject(error instanceof FetchFailed ? error : new FetchFailed("The request failed.", { cause: error }));
    };
    request.on("error", fail);
    request.on("response", (response) => {
      const type = response.headers["content-type"] ?? "";
      if (response.statusCode !== 200) {
        fail(new FetchFailed(`The status was ${String(response.statusCode)}.`));
        return;
      }
      if (!/^application\/(?:json|jwk-set\+json)\s*(?:;|$)/i.test(type)) {
        fail(new FetchFailed("The content type isn't application/json."));
        return;
      }
      const chunks: Buffer[] = [];
      let length = 0;
      response.on("data", (chunk: Buffer) => {
        length += chunk.length;
        if (length > MAX_BYTES)
          fail(new FetchFailed(`The document has more than ${String(MAX_BYTES)} bytes.`));
        else chunks.push(chunk);
      });
      response.on("error", fail);
      response.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    });
    request.end();
  });
}
