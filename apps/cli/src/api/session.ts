import { apiClient, type ApiClient } from "@kvsync/contracts/api";
import { CliError } from "../cli-error.ts";
import { keptCredential } from "../config/credentials.ts";
import type { Context } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";

/** Longer than the server waits for anything. */
const ANSWER_WITHIN_MS = 60_000;

/** Where a token comes from. */
export type TokenSource = "KVSYNC_TOKEN" | "sign-in";

/** A server, and what shows it who asks. */
export type Session = Readonly<{
  server: string;
  source: TokenSource;
  api: ApiClient;
}>;

/** A client of a server that need not know who asks. */
export function clientOf(
  context: Pick<Context, "fetch">,
  server: string,
  headers: Readonly<Record<string, string>> = {},
): ApiClient {
  return apiClient({
    origin: server,
    headers: () => ({ "user-agent": "kvsync-cli", ...headers }),
    fetch: (address, init) =>
      context.fetch(address, { ...init, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }),
  });
}

export const authorized = (token: string): Readonly<Record<string, string>> => ({
  authorization: `Bearer ${token}`,
});

/** @throws {CliError} when nobody is signed in to the server, or the sign-in has ended */
export async function openSession(context: Context, server: string): Promise<Session> {
  const { token, source } = await tokenFor(context, server);
  return { server, source, api: clientOf(context, server, authorized(token)) };
}

async function tokenFor(
  context: Context,
  server: string,
): Promise<Readonly<{ token: string; source: TokenSource }>> {
  const given = context.env["KVSYNC_TOKEN"]?.trim();
  if (given !== undefined && given !== "") return { token: given, source: "KVSYNC_TOKEN" };
  const kept = await keptCredential(context, server);
  if (kept === undefined) throw notSignedIn(`You aren't signed in to ${server}.`);
  if (kept.expiresAt !== null && Date.parse(kept.expiresAt) <= context.now())
    throw notSignedIn(`Your sign-in to ${server} has ended.`);
  return { token: kept.token, source: "sign-in" };
}

function notSignedIn(message: string): CliError {
  const hint = "Sign in with “kvsync login”, or give a token in KVSYNC_TOKEN.";
  return new CliError({ exitCode: exitCodes.notSignedIn, code: "NOT_SIGNED_IN", message, hint });
}
