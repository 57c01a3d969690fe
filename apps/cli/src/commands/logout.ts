import { authorized } from "../api/session.ts";
import { defineCommand } from "../command.ts";
import { forgetCredential, keptCredential } from "../config/credentials.ts";
import type { Context } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";

export const logout = defineCommand({
  usage: "logout",
  summary: "Sign out: end the sign-in at the server, and forget it here",
  examples: [["logout", "signs out of the server that you signed in to last"]],
  run: async ({ context, output, ...invocation }) => {
    const server = await invocation.server();
    const kept = await keptCredential(context, server);
    const ended = kept !== undefined && (await endAtServer(context, server, kept.token));
    const signedOut = await forgetCredential(context, server);
    if (signedOut && !ended)
      output.note("The server didn't confirm it: the token lives on there until it expires or is revoked.");
    if ((context.env["KVSYNC_TOKEN"] ?? "") !== "")
      output.note("KVSYNC_TOKEN is set, and goes on being used.");
    output.result({ server, signedOut, endedAtServer: ended }, () => [
      signedOut ? `Signed out of ${server}.` : `You weren't signed in to ${server}.`,
    ]);
    return exitCodes.ok;
  },
});

/** Whether the server ended the sign-in. Signing out here must work without it. */
async function endAtServer({ fetch: send }: Context, server: string, token: string): Promise<boolean> {
  try {
    const response = await send(`${server}/v1/auth/cli/logout`, {
      method: "POST",
      headers: { ...authorized(token), "content-type": "application/json", accept: "application/json" },
      body: "{}",
      redirect: "error",
      signal: AbortSignal.timeout(10_000),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
