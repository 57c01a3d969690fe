import { catalogue } from "@kvsync/contracts/api";
import { defineCommand } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { printable } from "../output/printable.ts";

export const whoami = defineCommand({
  usage: "whoami",
  summary: "Show who you are, where, and which workspaces are in your reach",
  examples: [["whoami --json", "the same for a script"]],
  run: async ({ output, ...invocation }) => {
    const { api, server, source } = await invocation.session();
    const [user, workspaces] = await Promise.all([
      api.call(catalogue.getMe),
      api.call(catalogue.listWorkspaces),
    ]);
    output.result({ server, user, workspaces, tokenFrom: source }, ({ paint }) => [
      `${paint("bold", printable(user.name))}${user.email === "" ? "" : ` <${printable(user.email)}>`}`,
      `  ${paint("dim", "Server".padEnd(12))}${server}`,
      `  ${paint("dim", "Token from".padEnd(12))}${source}`,
      `  ${paint("dim", "Workspaces".padEnd(12))}${workspaces.map(({ slug }) => slug).join(", ")}`,
    ]);
    return exitCodes.ok;
  },
});
