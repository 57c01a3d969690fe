import { exitCodes, type ExitCode } from "./exit-codes.ts";

/** What keeps a command from doing its work: a sentence for people, and what to do. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly exitCode: ExitCode;
  /** For programs: a code of the API's, or one of the client's own. */
  readonly code: string;
  readonly hint: string | undefined;

  constructor(
    problem: Readonly<{ exitCode: ExitCode; code: string; message: string; hint?: string | undefined }>,
    options?: ErrorOptions,
  ) {
    super(problem.message, options);
    this.exitCode = problem.exitCode;
    this.code = problem.code;
    this.hint = problem.hint;
  }
}

/** Something was called wrongly. */
export function usageError(message: string, hint?: string): CliError {
  return new CliError({ exitCode: exitCodes.usage, code: "USAGE", message, hint });
}

/** Something that was named isn't there. */
export function notFound(message: string, hint?: string): CliError {
  return new CliError({ exitCode: exitCodes.refused, code: "NOT_FOUND", message, hint });
}
