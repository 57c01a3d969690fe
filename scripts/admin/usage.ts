/** Thrown for what the person at the terminal can put right. Its message is shown as it stands. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * How one calls a command from where one is: by npm in a checkout, else by the command that the images have.
 *
 * @param command its name, and what stands after it
 */
export function callOf(command: string): string {
  const [name = "", ...args] = command.split(" ");
  if (process.env["npm_lifecycle_event"] !== name) return `kvsync-admin ${command}`;
  return ["npm run", name, ...(args.length === 0 ? [] : ["--", ...args])].join(" ");
}
