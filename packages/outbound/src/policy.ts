import { isIP } from "node:net";
import { isPrivateAddress } from "./addresses.ts";

/** Which addresses that somebody else names are called. */
export type CallPolicy = Readonly<{
  /** Whether those inside a network are. */
  privateAddresses: boolean;
  /** Where HTTP without TLS is taken. */
  plainHttp: "nowhere" | "loopback" | "anywhere";
}>;

/** Thrown for an address that isn't called. Its message names no address that a name resolves to. */
export class AddressRefused extends Error {
  override readonly name = "AddressRefused";
}

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * That an address may be called at all, as far as it tells by itself. What its name resolves to is looked at when it is
 * connected to.
 *
 * @throws {AddressRefused}
 */
export function requireCallable(url: URL, policy: CallPolicy): void {
  if (url.protocol !== "https:" && !takesPlainHttp(url, policy))
    throw new AddressRefused("must be an https address");
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (!policy.privateAddresses && isIP(host) !== 0 && isPrivateAddress(host))
    throw new AddressRefused("must not be an address inside a network");
}

function takesPlainHttp({ protocol, hostname }: URL, { plainHttp }: CallPolicy): boolean {
  if (protocol !== "http:") return false;
  return plainHttp === "anywhere" || (plainHttp === "loopback" && LOOPBACK.has(hostname));
}
