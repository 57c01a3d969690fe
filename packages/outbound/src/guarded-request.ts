import { lookup, type LookupAddress, type LookupAllOptions } from "node:dns";
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import { isPrivateAddress } from "./addresses.ts";
import { AddressRefused, requireCallable, type CallPolicy } from "./policy.ts";

/** All addresses of a name, as Node's `dns.lookup` gives them. */
export type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export type Call = Readonly<{
  method?: string | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  body?: string | undefined;
  /** Ends the call, the reading of its answer included. */
  signal: AbortSignal;
  /** Resolves names: the system's way unless it is given. */
  resolve?: Resolve | undefined;
}>;

/**
 * Calls a server that somebody else named: over a connection of its own, following no redirect, and connecting to no
 * address inside a network unless that is allowed, whatever a name resolves to at that moment.
 *
 * @returns the answer, when its headers are there; its reading is the caller's
 * @throws {AddressRefused} and whatever the connection fails with
 */
export async function guardedRequest(url: URL, policy: CallPolicy, call: Call): Promise<IncomingMessage> {
  requireCallable(url, policy);
  const send = url.protocol === "https:" ? httpsRequest : httpRequest;
  const { method = "GET", headers = {}, body, signal, resolve = lookup } = call;
  const request = send(url, {
    method,
    headers,
    lookup: guardedLookup(policy, resolve),
    agent: false,
    signal,
  });
  // Once there is an answer, what breaks it off fails its reading, too.
  request.on("error", () => undefined);
  request.end(body);
  const [answer] = (await once(request, "response")) as [IncomingMessage];
  return answer;
}

/** Resolves names, but not to the inside of a network. Node connects to what this answers and nothing else. */
function guardedLookup({ privateAddresses }: CallPolicy, resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) callback(error, "");
      else if (!privateAddresses && addresses.some(({ address }) => isPrivateAddress(address)))
        callback(new AddressRefused("must not lead to an address inside a network"), "");
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
