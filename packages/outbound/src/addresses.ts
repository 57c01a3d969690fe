import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** Where IPv6 addresses of the internet lie; what is outside isn't given to anybody. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR("2000::/3");

/**
 * Whether an IP address reaches machines that only the inside of a network should: all that isn't an ordinary address of
 * the internet. So are loopback, link-local (a cloud's metadata service among them), private and carrier-grade NAT
 * ranges, and every form that hides an IPv4 address in IPv6.
 */
export function isPrivateAddress(address: string): boolean {
  if (isIP(address) === 0) return true;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return true;
  return parsed instanceof ipaddr.IPv6 && !parsed.match(GLOBAL_IPV6);
}
