import { isIP } from "node:net";

/** Host names without a dot at the end; the port is absent where the client named none, which means 443. */
export type HostHeader = Readonly<{ hostname: string; port: number | undefined }>;

/** Reads a Host header. Undefined when it isn't one. */
export function parseHostHeader(header: string | undefined): HostHeader | undefined {
  const match = /^(\[[0-9a-fA-F:.]+\]|[0-9a-zA-Z._-]+)(?::([0-9]{1,5}))?$/.exec(header ?? "");
  if (match?.[1] === undefined) return undefined;
  const port = match[2] === undefined ? undefined : Number(match[2]);
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined;
  return { hostname: match[1].toLowerCase(), port };
}

/** `https://host[:port]` as the client wrote it, always with the port as in Key Vault's `nextLink`. */
export function originWithPort({ hostname, port }: HostHeader): string {
  return `https://${hostname}:${String(port ?? 443)}`;
}

/** `https://host[:port]`, without the port where it is 443, as in a vault's ids. */
export function originOf({ hostname, port }: HostHeader): string {
  return port === undefined || port === 443 ? `https://${hostname}` : `https://${hostname}:${String(port)}`;
}

/** Whether a host name can only mean this machine: localhost and below, 127.0.0.0/8, ::1. */
export function isLoopbackHost(hostname: string): boolean {
  const name = hostname.toLowerCase();
  if (name === "localhost" || name.endsWith(".localhost") || name === "[::1]" || name === "::1") return true;
  return isIP(name) === 4 && name.startsWith("127.");
}
