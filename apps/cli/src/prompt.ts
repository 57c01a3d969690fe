import { usageError } from "./cli-error.ts";
import { canAsk, type Context } from "./context.ts";

/**
 * Whether to go on: yes with `--yes`, else what is answered at the terminal. The default is no.
 *
 * @throws {CliError} when nobody is there to answer
 */
export async function confirmed(context: Context, question: string, yes: boolean): Promise<boolean> {
  if (yes) return true;
  if (!canAsk(context)) throw usageError(`${question} Nobody is there to answer.`, "Give --yes to go on.");
  return /^\s*y(es)?\s*$/iu.test(await context.ask(`${question} [y/N] `));
}
