import { lookup, type LookupAddress, type LookupOptions } from "node:dns";

type Callback = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;

/**
 * The system's name look-up, except that names under `.localhost` are the loopback address, as RFC 6761 (6.3) asks of
 * resolvers and glibc's doesn't do. So a local Azure can have vaults with names of their own on a bare machine.
 */
export function lookupWithLoopback(hostname: string, options: LookupOptions, callback: Callback): void {
  if (!hostname.endsWith(".localhost")) {
    lookup(hostname, options, callback);
    return;
  }
  const address = { address: "127.0.0.1", family: 4 };
  process.nextTick(() => {
    if (options.all === true) callback(null, [address]);
    else callback(null, address.address, address.family);
  });
}
