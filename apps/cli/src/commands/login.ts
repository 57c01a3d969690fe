import { catalogue } from "@kvsync/contracts/api";
import { authorized, clientOf } from "../api/session.ts";
import { usageError } from "../cli-error.ts";
import { defineCommand } from "../command.ts";
import { keepCredential } from "../config/credentials.ts";
import { keepServer } from "../config/server.ts";
import { readAll } from "../context.ts";
import { awaitApproval, requestDeviceCode } from "../device-login.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Invocation } from "../invocation.ts";
import { printable } from "../output/printable.ts";

export const login = defineCommand({
  usage: "login",
  summary: "Sign in to a server, by a code that you approve in a browser",
  examples: [
    ["login --server https://secrets.example.com", "shows a code and an address, and waits"],
    ["login --token < token.txt", "takes an API token from the standard input"],
  ],
  options: {
    token: { type: "boolean", default: false, describe: "Read an API token from the standard input" },
  },
  run: async (invocation, { token: fromInput }) => {
    const { context, output } = invocation;
    const server = await invocation.server();
    const given = fromInput ? await tokenFromInput(invocation) : await tokenByDevice(invocation, server);
    const me = await clientOf(context, server, authorized(given.token)).call(catalogue.getMe);
    await keepCredential(context, server, given);
    await keepServer(context, server);
    if ((context.env["KVSYNC_TOKEN"] ?? "") !== "")
      output.note("KVSYNC_TOKEN is set, and goes before this sign-in.");
    output.result({ server, user: me, expiresAt: given.expiresAt }, () => [
      `Signed in to ${server} as ${printable(me.email || me.name)}.`,
    ]);
    return exitCodes.ok;
  },
});

type Given = Readonly<{ token: string; expiresAt: string | null }>;

async function tokenFromInput({ context }: Invocation): Promise<Given> {
  if (context.stdin.isTTY === true) context.stderr.write("Paste the token, then Enter and Ctrl-D: ");
  const token = (await readAll(context.stdin)).trim();
  if (token === "" || /\s/u.test(token))
    throw usageError(
      "The standard input holds no token.",
      "Give one line with it: kvsync login --token < file.",
    );
  return { token, expiresAt: null };
}

async function tokenByDevice({ context, output, deadline }: Invocation, server: string): Promise<Given> {
  const code = await requestDeviceCode(context, server);
  const { paint } = output.noteLook;
  output.note(`Open ${printable(code.verificationUriComplete ?? code.verificationUri)}`);
  output.note(`and check that it shows the code ${paint("bold", printable(code.userCode))}.`);
  output.note(paint("dim", "Waiting for your approval there…"));
  const { accessToken, expiresIn } = await awaitApproval(context, server, code, deadline.at);
  return { token: accessToken, expiresAt: new Date(context.now() + expiresIn * 1_000).toISOString() };
}
