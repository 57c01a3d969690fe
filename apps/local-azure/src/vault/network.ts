import { BlockList, isIP } from "node:net";
import type { Firewall } from "../knobs/schema.ts";
import { type CallerText, deny, type VaultError } from "./errors.ts";
import type { Vault } from "./model.ts";

/**
 * Whether the vault's network settings keep the client out, before its token is looked at.
 *
 * @param address the client's, as the socket tells it
 * @param override the knob for this vault, which goes before its settings
 */
export function networkRefusal(
  vault: Vault,
  address: string,
  override: Firewall | undefined,
  caller: () => CallerText | undefined,
): VaultError | undefined {
  switch (override) {
    case "open":
      return undefined;
    case "firewall":
      return deny.byFirewall(vault, plainAddress(address), caller());
    case "connection":
      return deny.byConnection(vault, caller());
    case undefined:
  }
  if (vault.publicNetworkAccess === "Disabled") return deny.byConnection(vault, caller());
  if (vault.networkAcls.defaultAction === "Allow" || isListed(vault, plainAddress(address))) return undefined;
  return deny.byFirewall(vault, plainAddress(address), caller());
}

/** An IPv4 address that came over an IPv6 socket, as itself. */
export function plainAddress(address: string): string {
  return address.startsWith("::ffff:") && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}

function isListed(vault: Vault, address: string): boolean {
  const list = new BlockList();
  for (const { value } of vault.networkAcls.ipRules) {
    const [network = "", prefix] = value.split("/");
    const family = isIP(network) === 6 ? "ipv6" : "ipv4";
    if (prefix === undefined) list.addAddress(network, family);
    else list.addSubnet(network, Number(prefix), family);
  }
  return isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}
