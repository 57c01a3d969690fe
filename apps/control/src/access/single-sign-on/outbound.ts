import { lookup } from "node:dns";
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { buffer } from "node:stream/consumers";

const TIMEOUT_MS = 10_000;
const LARGEST_ANSWER = 1_000_000;

/** Thrown for an address that control doesn't call. Its message names no address that a name resolves to. */
export class AddressRefused extends Error {
  override readonly name = "AddressRefused";
}

/**
 * What reaches machines that only the inside of a network should: RFC 6890's special-purpose addresses. Two lists, as one
 * would take any IPv4 address for the IPv6 addresses that stand for it.
 */
const inside = { ipv4: new BlockList(), ipv6: new BlockList() };
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const)
  inside.ipv4.addSubnet(network, prefix, "ipv4");
for (const [network, prefix] of [
  ["::", 127],
  ["::ffff:0:0", 96],
  ["64:ff9b::", 96],
  ["64:ff9b:1::", 48],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
] as const)
  inside.ipv6.addSubnet(network, prefix, "ipv6");

/** Whether an IP address belongs to the inside of a network. A form that hides an IPv4 address in IPv6 always does. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  return inside[family].check(address, family);
}

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * That an address may be called at all: over HTTPS; where private addresses are allowed, over HTTP on the loopback, too.
 *
 * @throws {AddressRefused}
 */
export function requireCallable(url: URL, allowPrivate: boolean): void {
  if (url.protocol !== "https:" && !(allowPrivate && url.protocol === "http:" && LOOPBACK.has(url.hostname)))
    throw new AddressRefused("must be an https address");
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (!allowPrivate && isIP(host) !== 0 && isPrivateAddress(host))
    throw new AddressRefused("must not be an address inside a network");
}

/** Resolves names, but not to the inside of a network. Node connects to what this answers and nothing else. */
function guardedLookup(allowPrivate: boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) callback(error, "");
      else if (!allowPrivate && addresses.some(({ address }) => isPrivateAddress(address)))
        callback(new AddressRefused("must not lead to an address inside a network"), "");
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

type Call = Readonly<{
  method?: string | undefined;
  headers?: Record<string, string> | undefined;
  body?: unknown;
  signal?: AbortSignal | undefined;
}>;

/**
 * `fetch` to a server that an admin of a workspace named: it follows no redirects, calls no address inside a network
 * unless that is allowed, whatever a name resolves to at that moment, and reads no endless answer.
 */
export function guardedFetch(allowPrivate: boolean): (address: string, call: Call) => Promise<Response> {
  return async (address, { method = "GET", headers = {}, body, signal }) => {
    const url = new URL(address);
    requireCallable(url, allowPrivate);
    const send = url.protocol === "https:" ? httpsRequest : httpRequest;
    const patience = AbortSignal.timeout(TIMEOUT_MS);
    const options = {
      method,
      headers,
      lookup: guardedLookup(allowPrivate),
      agent: false,
      signal: signal === undefined ? patience : AbortSignal.any([signal, patience]),
    } as const;
    const request = send(url, options);
    // Once there is an answer, what breaks it off fails its reading, too.
    request.on("error", () => undefined);
    request.end(body instanceof URLSearchParams ? body.toString() : (body ?? undefined));
    const [answer] = (await once(request, "response")) as [IncomingMessage];
    return responseOf(answer, await bounded(answer));
  };
}

async function bounded(answer: IncomingMessage): Promise<Buffer> {
  let size = 0;
  answer.on("data", (part: Buffer) => {
    size += part.length;
    if (size > LARGEST_ANSWER) answer.destroy(new AddressRefused("answers with too much"));
  });
  return buffer(answer);
}

function responseOf({ statusCode = 502, headersDistinct }: IncomingMessage, bytes: Buffer): Response {
  const isEmpty = [204, 205, 304].includes(statusCode);
  const headers = Object.entries(headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  );
  return new Response(isEmpty ? null : new Uint8Array(bytes), { status: statusCode, headers });
}
