import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { newPasswordSchema } from "@kvsync/contracts/api";
import { UsageError } from "./usage.ts";

/**
 * Asks for a new password twice, without showing it; from a pipe, the first line is taken.
 *
 * @throws {UsageError} for one that isn't taken
 */
export async function askForPassword(): Promise<string> {
  const [password, again] = process.stdin.isTTY
    ? [await ask("Password: "), await ask("Once more: ")]
    : [await ask(""), undefined];
  const { success, error } = newPasswordSchema.safeParse(password);
  if (!success) throw new UsageError(`The password ${error.issues[0]?.message ?? "isn't taken"}.`);
  if (again !== undefined && again !== password) throw new UsageError("The two passwords differ.");
  return password;
}

async function ask(question: string): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = process.stdin.isTTY;
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal });
  // Ctrl-C, which the interface takes over, ends the command as it does everywhere.
  lines.on("SIGINT", () => process.exit(130));
  try {
    const next = await lines[Symbol.asyncIterator]().next();
    return next.done === true ? "" : next.value;
  } finally {
    lines.close();
    if (terminal) process.stderr.write("\n");
  }
}
