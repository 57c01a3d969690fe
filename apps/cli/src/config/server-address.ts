import { usageError } from "../cli-error.ts";

/**
 * A server's address as requests are sent to: without a slash at the end. A token goes along with each request, so it is
 * https, or http to this machine.
 *
 * @throws {CliError} when it isn't an address, or plain http goes further than this machine
 */
export function serverAddress(text: string, options: Readonly<{ allowHttp: boolean }>): string {
  const url = URL.parse(text.trim());
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:"))
    throw usageError(`“${text}” isn't a server's address.`, "It looks like https://secrets.example.com.");
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    throw usageError("The server's address must hold no user, password, query or fragment.");
  if (url.protocol === "http:" && !isLoopback(url.hostname) && !options.allowHttp)
    throw usageError(
      `${url.origin} isn't https, so your token would travel in the clear.`,
      "Use https, or allow it with KVSYNC_ALLOW_HTTP=1 where the network is your own.",
    );
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "[::1]" || host.endsWith(".localhost") || /^127(\.\d{1,3}){3}$/.test(host);
